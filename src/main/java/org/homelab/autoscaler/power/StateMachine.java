package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.Machine;

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
    return Guard.check(look).orElseGet(() -> heedHold(look, next(look)));
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
