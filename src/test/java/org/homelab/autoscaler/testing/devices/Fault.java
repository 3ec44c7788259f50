package org.homelab.autoscaler.testing.devices;

/** What a device may do instead of what it should. */
public enum Fault {
  NONE,
  /** Answers as if all were well, but what it says makes no sense. */
  LIES,
  /** Takes the request and never answers. */
  STALLS,
  /** Answers correctly, after a while. */
  SLOW,
  /** Does not take our credentials. */
  REFUSES_CREDENTIALS,
  /** Is busy twice before it answers. */
  THIRD_TIME,
  /** Breaks the connection off instead of answering. */
  DROPS
}
