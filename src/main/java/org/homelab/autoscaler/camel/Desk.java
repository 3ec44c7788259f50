package org.homelab.autoscaler.camel;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.camel.Body;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.StateMachine;
import org.homelab.autoscaler.power.Step;

/**
 * Looks at one machine and decides its next step: the bean {@code power} of the routes. What the
 * fleet does not hold, the pods of a machine that is being drained, is looked up for the decision.
 */
public final class Desk {
  private static final Duration ORDER_PAUSE = Duration.ofMillis(50);
  private static final Duration SYNC_PAUSE = Duration.ofMillis(200);

  private final Fleet fleet;
  private final Function<Machine, DrainView> pods;
  private final PowerPolicy.Defaults defaults;
  private final Clock clock;
  private final BooleanSupplier synced;
  private final Predicate<ObjectKey> underOrder;

  /**
   * A desk that decides about that fleet.
   *
   * @param pods a live look at the pods of a machine; may throw, and the look is then repeated
   * @param synced whether the fleet holds everything there is; before, nothing is decided
   * @param underOrder whether an order for a machine is being written that may yet be taken back;
   *     until it is through, nothing is decided about the machine
   */
  public Desk(
      Fleet fleet,
      Function<Machine, DrainView> pods,
      PowerPolicy.Defaults defaults,
      Clock clock,
      BooleanSupplier synced,
      Predicate<ObjectKey> underOrder) {
    this.fleet = fleet;
    this.pods = pods;
    this.defaults = defaults;
    this.clock = clock;
    this.synced = synced;
    this.underOrder = underOrder;
  }

  /**
   * The machine's next step, and in the headers when to look again; null, which ends the route,
   * when the machine is gone.
   */
  public Step decide(@Body ObjectKey key, @org.apache.camel.Headers Map<String, Object> headers) {
    if (!synced.getAsBoolean()) {
      headers.put(Headers.AGAIN_AT, clock.instant().plus(SYNC_PAUSE));
      return null;
    }
    Optional<Machine> machine = fleet.machine(key);
    if (underOrder.test(key)) {
      headers.put(Headers.AGAIN_AT, clock.instant().plus(ORDER_PAUSE));
      return null;
    }
    Step step = machine.map(this::decide).orElse(null);
    if (step != null) {
      step.again().ifPresent(again -> headers.put(Headers.AGAIN_AT, again));
    }
    return step;
  }

  private Step decide(Machine seen) {
    Machine machine = draining(seen) ? seen.with(pods.apply(seen)) : seen;
    GroupPolicy group =
        machine.group().flatMap(fleet::group).map(GroupSnapshot::policy).orElse(GroupPolicy.NONE);
    PowerPolicy policy = PowerPolicy.of(machine, group, room(machine), defaults);
    var now = clock.instant();
    return new Step(machine, policy, StateMachine.decide(machine, policy, now), now);
  }

  /** A power-off that is not known to have been given wants a look at the pods first. */
  private static boolean draining(Machine machine) {
    return machine.status().progress() == Progress.SHUTTING_DOWN
        && machine
            .status()
            .operation()
            .flatMap(Operation::command)
            .flatMap(Operation.Command::job)
            .isEmpty();
  }

  private int room(Machine machine) {
    return machine.group().flatMap(fleet::group).map(Desk::room).orElse(0);
  }

  private static int room(GroupSnapshot group) {
    int on = (int) group.machines().stream().filter(Machine::desiredOn).count();
    return group.policy().maxSize().orElse(group.machines().size()) - on;
  }
}
