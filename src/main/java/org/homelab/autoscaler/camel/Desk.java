package org.homelab.autoscaler.camel;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.camel.Body;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.Consent;
import org.homelab.autoscaler.power.Leftovers;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Remains;
import org.homelab.autoscaler.power.StateMachine;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.power.Verdict;

/**
 * Looks at one machine and decides its next step: the bean {@code power} of the routes. What the
 * fleet does not hold, the pods of a machine that is being drained, is looked up for the decision.
 */
public final class Desk {
  private static final Duration ORDER_PAUSE = Duration.ofMillis(50);
  private static final Duration HANGING = Duration.ofSeconds(1);
  private static final Duration KNOWLEDGE_PAUSE = Duration.ofMillis(500);

  private final Fleet fleet;
  private final Function<Machine, DrainView> pods;
  private final Leftovers leftovers;
  private final Surveyor surveyor;
  private final Clock clock;
  private final BooleanSupplier current;

  /**
   * A desk that decides about that fleet.
   *
   * @param pods a live look at the pods of a machine; may throw, and the look is then repeated
   * @param leftovers a live look at what of earlier commands may still act; may throw likewise
   * @param current whether the fleet holds everything there is and hears of changes; nothing is
   *     decided while it does not
   */
  public Desk(
      Fleet fleet,
      Function<Machine, DrainView> pods,
      Leftovers leftovers,
      PowerPolicy.Defaults defaults,
      Clock clock,
      BooleanSupplier current) {
    this.fleet = fleet;
    this.pods = pods;
    this.leftovers = leftovers;
    this.surveyor = new Surveyor(fleet, defaults);
    this.clock = clock;
    this.current = current;
  }

  /**
   * The machine's next step, and in the headers when to look again; null, which ends the route,
   * when the machine is gone.
   */
  public Step decide(@Body ObjectKey key, @org.apache.camel.Headers Map<String, Object> headers) {
    if (!current.getAsBoolean()) {
      headers.put(Headers.AGAIN_AT, clock.instant().plus(KNOWLEDGE_PAUSE));
      return null;
    }
    Optional<Machine> machine = fleet.machine(key);
    if (machine.filter(this::orderIsFresh).isPresent()) {
      headers.put(Headers.AGAIN_AT, clock.instant().plus(ORDER_PAUSE));
      return null;
    }
    if (machine.isEmpty()) {
      surveyor.forget(key);
      return null;
    }
    Step step = decide(machine.get());
    step.again().ifPresent(again -> headers.put(Headers.AGAIN_AT, again));
    return step;
  }

  /** The step that is taken instead of one that a flow of the user's does not let pass. */
  public Step withhold(Step step, Verdict.NotYet answer) {
    surveyor.forget(step.machine().key());
    Step instead = Consent.withheld(step, answer);
    return Remains.instead(instead, leftovers).orElse(instead);
  }

  /** An order is over in a blink; only one that hangs is worth a write that says so. */
  private boolean orderIsFresh(Machine machine) {
    return machine.pendingOrder().isPresent()
        && machine
            .group()
            .flatMap(fleet::group)
            .flatMap(group -> group.declared().order())
            .map(order -> clock.instant().isBefore(order.at().plus(HANGING)))
            .orElse(true);
  }

  private Step decide(Machine seen) {
    Machine machine = draining(seen) ? seen.with(pods.apply(seen)) : seen;
    var now = clock.instant();
    Step step =
        surveyor.decide(
            machine,
            now,
            policy -> new Step(machine, policy, StateMachine.decide(machine, policy, now), now));
    Optional<Step> instead = Remains.instead(step, leftovers);
    instead.ifPresent(held -> surveyor.forget(machine.key()));
    return instead.orElse(step);
  }

  /**
   * A power-off that is not known to have been given wants a look at the pods first; one whose Job
   * runs may still be stopped for them, and the next recipe is not used under them.
   */
  private static boolean draining(Machine machine) {
    Optional<Operation.Command> given =
        machine
            .status()
            .operation()
            .flatMap(Operation::command)
            .filter(command -> command.job().isPresent());
    boolean goesOn =
        machine.liveJob().isPresent()
            || given
                .flatMap(it -> machine.power().next(OperationType.SHUTDOWN, it.stage()))
                .isPresent();
    return machine.status().progress() == Progress.SHUTTING_DOWN
        && (given.isEmpty() || (goesOn && machine.nodeReady()));
  }
}
