package org.homelab.autoscaler.power;

import java.time.Duration;
import java.util.Optional;

/**
 * Holds a step back while something of an earlier command may still act: another command, because
 * the machine would be switched twice, and whatever invites pods, because power would go under
 * them.
 */
public final class Remains {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private Remains() {}

  /** What is done in place of that step, if anything is left. */
  public static Optional<Step> instead(Step step, Leftovers leftovers) {
    Decision decision = step.decision();
    Optional<String> acting = Optional.empty();
    if (decision instanceof Decision.PowerOn
        || decision instanceof Decision.PowerOff
        || decision instanceof Decision.FallBack) {
      acting = leftovers.any(step.machine());
    } else if (decision instanceof Decision.CancelShutdown
        || decision instanceof Decision.FailShutdown
        || decision instanceof Decision.BecomeReady
        || (decision instanceof Decision.Register && step.reason() == Reason.AT_MAXIMUM)) {
      acting = leftovers.powerOff(step.machine());
    }
    return acting.map(
        what ->
            new Step(
                step.machine(),
                step.policy(),
                new Decision.Wait(Reason.JOB_RUNNING, what, Optional.of(step.now().plus(PAUSE))),
                step.now()));
  }
}
