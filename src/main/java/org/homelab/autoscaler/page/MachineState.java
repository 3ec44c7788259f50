package org.homelab.autoscaler.page;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a machine does, in the words of the page. */
public enum MachineState {
  /** Without power, or never seen. */
  OFF("off"),
  /** Its power-on command was given or is about to be. */
  BOOTING("booting"),
  /** Its Kubernetes node is Ready. */
  READY("ready"),
  /** Meant to be on, but its Kubernetes node is not Ready or gone. */
  SILENT("silent"),
  /** Its pods are leaving. */
  DRAINING("draining"),
  /** Its power-off command was given. */
  POWERING_OFF("powering-off"),
  /** Its operations failed too often. */
  QUARANTINED("quarantined"),
  /** A person keeps hands off it. */
  HELD("held"),
  /** It cannot be acted on: a field, a label or another Node is wrong. */
  REFUSED("refused");

  private final String code;

  MachineState(String code) {
    this.code = code;
  }

  /** How the page and its style sheet call it. */
  @JsonValue
  public String code() {
    return code;
  }
}
