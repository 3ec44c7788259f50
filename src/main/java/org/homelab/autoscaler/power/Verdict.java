package org.homelab.autoscaler.power;

import java.time.Duration;

/** What a flow of the user's says to a step before it is taken. */
public sealed interface Verdict {
  /** The step may be taken. */
  record Pass() implements Verdict {}

  /**
   * The step is not taken now.
   *
   * @param reason whether the flow says so, has failed, or is still being asked
   * @param why in words, for the condition
   * @param again how soon the flow is to be asked again
   */
  record NotYet(Reason reason, String why, Duration again) implements Verdict {}
}
