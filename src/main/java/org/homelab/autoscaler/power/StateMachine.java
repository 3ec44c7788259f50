package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Progress;

/**
 * Decides a machine's next step from one look at it. Pure: the same look gives the same decision,
 * so a step may be lost, repeated or taken by another replica. The picture of it is {@code
 * state-machine.dot} beside this file.
 */
public final class StateMachine {
  /**
   * How long after its claim a command whose Job was never seen may still be given. Shorter than a
   * finished Job is kept, so that within it "no Job" means "never created".
   */
  public static final Duration RESUME_WINDOW = Duration.ofMinutes(1);

  private StateMachine() {}

  /** The machine's next step under these rules. */
  public static Decision decide(Machine machine, PowerPolicy policy, Instant now) {
    var look = new Look(machine, policy, now);
    Decision decision =
        Outcomes.told(
            look,
            leftOpen(
                look,
                Guard.check(look)
                    .or(look::orderPending)
                    .or(() -> takeCharge(look))
                    .orElseGet(() -> heedPeople(look))));
    return policy.dryRun() && !decision.harmless() ? rehearsed(look, decision) : decision;
  }

  /** Whoever is left alone is not left with a cordon of ours, which keeps pods away. */
  private static Decision leftOpen(Look look, Decision decision) {
    boolean ours =
        decision.reason() != Reason.DUPLICATE && decision.reason() != Reason.ANOTHERS_NODE;
    return decision instanceof Decision.Refuse
            && ours
            && look.cordonLeft()
            && look.powerOffRunning().isEmpty()
        ? new Decision.CancelShutdown(decision.reason())
        : decision;
  }

  /** A dry run touches nothing, but for what we ourselves would else leave cordoned. */
  private static Decision rehearsed(Look look, Decision decision) {
    boolean cordoned = look.machine().node().filter(KubernetesNode::cordonedByUs).isPresent();
    boolean begun =
        look.progress() == Progress.SHUTTING_DOWN && (cordoned || look.operation().isPresent());
    boolean givesBack =
        decision instanceof Decision.CancelShutdown || decision instanceof Decision.FailShutdown;
    if (givesBack && (cordoned || begun)) {
      return decision;
    }
    return look.cordonLeft() || (begun && !look.powerOffGiven())
        ? look.powerOffRunning().orElseGet(() -> new Decision.CancelShutdown(Reason.DRY_RUN))
        : new Decision.Would(decision);
  }

  /** Before anything is done to a machine, its Node must not be able to vanish without us. */
  private static Optional<Decision> takeCharge(Look look) {
    return look.machine().declared().inCharge() || look.policy().dryRun()
        ? Optional.empty()
        : Optional.of(new Decision.TakeCharge(Reason.IN_CHARGE));
  }

  private static Decision heedPeople(Look look) {
    Decision wish = Force.check(look).orElseGet(() -> next(look));
    return heedHold(look, heedMaintenance(look, wish));
  }

  /** What is worked on is powered off where that is wanted, and never on. */
  private static Decision heedMaintenance(Look look, Decision wish) {
    Optional<Hold> work = look.machine().maintenance(look.now());
    boolean starts =
        wish instanceof Decision.PowerOn
            || wish instanceof Decision.Adopt
            || (wish instanceof Decision.BeginShutdown && wish.reason() == Reason.CLEAN_UP);
    return work.filter(lasting -> starts)
        .<Decision>map(
            lasting -> new Decision.Refuse(Reason.MAINTENANCE, lasting.reason(), lasting.until()))
        .orElse(wish);
  }

  private static Decision next(Look look) {
    return switch (look.progress()) {
      case NEW, SHUTDOWN -> new PowerOnSteps(look).whileOff();
      case STARTING_UP -> new PowerOnSteps(look).whileStartingUp();
      case READY -> new PowerOffSteps(look).whileReady();
      case SHUTTING_DOWN ->
          look.powerOffGiven()
              ? new PowerOffSteps(look).whilePoweringOff()
              : new PowerOffSteps(look).whileDraining();
    };
  }

  private static Decision heedHold(Look look, Decision wish) {
    Optional<Hold> hold = look.machine().hold(look.now());
    if (hold.isEmpty() || !(wish instanceof Decision.Touching)) {
      return wish;
    }
    if (look.mayBeCordoned()) {
      return look.powerOffRunning().orElseGet(() -> new Decision.CancelShutdown(Reason.HELD));
    }
    return new Decision.Refuse(Reason.HELD, hold.get().reason(), hold.get().until());
  }
}
