package org.homelab.autoscaler.power;

/** Where a flow of the user's is heard or told: the routes that are there to be replaced. */
public enum ExtensionPoint {
  BEFORE_POWER_ON("before-power-on"),
  AFTER_READY("after-ready"),
  BEFORE_DRAIN("before-drain"),
  AFTER_POWER_OFF("after-power-off"),
  ON_FAILURE("on-failure"),
  OBSERVE("observe");

  private final String route;

  ExtensionPoint(String route) {
    this.route = route;
  }

  /** Id of the route, and its endpoint's name. */
  public String route() {
    return route;
  }
}
