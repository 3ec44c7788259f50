package org.homelab.autoscaler.fleet;

/** What is known of a machine's power; never what is merely hoped. */
public enum ObservedPower {
  ON("on"),
  OFF("off"),
  UNKNOWN("");

  private final String text;

  ObservedPower(String text) {
    this.text = text;
  }

  /** The value in status.powerState. */
  public String text() {
    return text;
  }

  /** The power of that text; anything but on and off is unknown. */
  public static ObservedPower of(String text) {
    return "on".equals(text) ? ON : "off".equals(text) ? OFF : UNKNOWN;
  }
}
