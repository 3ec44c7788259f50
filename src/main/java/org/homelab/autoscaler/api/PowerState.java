package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Desired power of a machine. */
public enum PowerState {
  @JsonProperty("on")
  ON,
  @JsonProperty("off")
  OFF
}
