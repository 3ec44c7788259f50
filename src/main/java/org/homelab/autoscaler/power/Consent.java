package org.homelab.autoscaler.power;

import java.util.Optional;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Progress;

/**
 * Which steps a flow of the user's is asked about, and what becomes of one that it does not let
 * pass. Pure.
 */
public final class Consent {
  private Consent() {}

  /**
   * Where to ask before that step. A command that has been claimed was consented to, and a drain
   * that goes on too: to stop there would leave a machine half switched.
   */
  public static Optional<ExtensionPoint> wanted(Step step) {
    if (step.decision() instanceof Decision.PowerOn && step.reason() != Reason.RESUMED) {
      return Optional.of(ExtensionPoint.BEFORE_POWER_ON);
    }
    return step.decision() instanceof Decision.BeginShutdown
            && step.machine().status().progress() != Progress.SHUTTING_DOWN
        ? Optional.of(ExtensionPoint.BEFORE_DRAIN)
        : Optional.empty();
  }

  /** What is done in place of that step: nothing, but that no cordon of ours is left meanwhile. */
  public static Step withheld(Step step, Verdict.NotYet answer) {
    var look = new Look(step.machine(), step.policy(), step.now());
    var wait =
        new Decision.Wait(
            answer.reason(), answer.why(), Optional.of(step.now().plus(answer.again())));
    boolean cordonLeft =
        step.decision() instanceof Decision.BeginShutdown
            && look.progress() == Progress.READY
            && step.machine().node().filter(KubernetesNode::cordonedByUs).isPresent();
    Decision instead =
        cordonLeft
            ? look.powerOffRunning().orElseGet(() -> new Decision.CancelShutdown(answer.reason()))
            : wait;
    return new Step(step.machine(), step.policy(), instead, step.now());
  }
}
