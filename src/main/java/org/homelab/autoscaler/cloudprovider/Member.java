package org.homelab.autoscaler.cloudprovider;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.power.Failures;
import org.homelab.autoscaler.power.PowerPolicy;

/**
 * A machine of a group, and what it is to the Cluster Autoscaler.
 *
 * @param why a few words on an {@link Standing#UNAVAILABLE} machine; empty otherwise
 */
record Member(Machine machine, Standing standing, String why) {

  static Member of(Machine machine, GroupPolicy group, PowerPolicy.Defaults defaults, Instant now) {
    return new Look(machine, PowerPolicy.of(machine, group, 0, defaults), now).member();
  }

  String id() {
    return machine.instanceId();
  }

  /** The same machine, off limits for CA. */
  Member unavailable(String why) {
    return new Member(machine, Standing.UNAVAILABLE, why);
  }

  private record Look(Machine machine, PowerPolicy policy, Instant now) {

    Member member() {
      Optional<String> offLimits = offLimits();
      if (offLimits.isPresent()) {
        return is(Standing.UNAVAILABLE, offLimits.get());
      }
      return machine.desiredOn() ? is(wanted(), "") : unwanted();
    }

    private Member is(Standing standing, String why) {
      return new Member(machine, standing, why);
    }

    private Optional<String> offLimits() {
      if (machine.declared().deleting()) {
        return Optional.of("being deleted");
      }
      if (machine.controlPlane()) {
        return Optional.of("part of the control plane");
      }
      return machine
          .problem()
          .map(Machine.Problem::message)
          .or(() -> machine.hold(now).map(Hold::reason).map(Look::held));
    }

    private static String held(String reason) {
      return reason.isEmpty() ? "held" : "held: " + reason;
    }

    private Standing wanted() {
      if (machine.nodeReady()) {
        return Standing.RUNNING;
      }
      return switch (machine.status().progress()) {
        case READY -> Standing.RUNNING;
        case STARTING_UP -> Standing.BOOTING;
        case SHUTTING_DOWN -> commanded() ? Standing.BOOTING : Standing.RUNNING;
        case NEW, SHUTDOWN -> waiting();
      };
    }

    private Standing waiting() {
      if (machine.status().operation().isPresent()) {
        return Standing.BOOTING;
      }
      Optional<Failure> failure = failure();
      if (failure.isEmpty()) {
        return machine.status().failure().isEmpty() ? Standing.QUEUED : Standing.BOOTING;
      }
      boolean failed = failure.get().type() == OperationType.STARTUP || quarantined(failure.get());
      return failed ? Standing.FAILED : Standing.BOOTING;
    }

    private Member unwanted() {
      return switch (machine.status().progress()) {
        case STARTING_UP, READY, SHUTTING_DOWN -> is(Standing.LEAVING, "");
        case NEW, SHUTDOWN -> machine.status().uncertain() ? is(Standing.LEAVING, "") : off();
      };
    }

    private Member off() {
      if (machine.nodeReady()) {
        return is(Standing.UNAVAILABLE, "switched on by hand");
      }
      if (machine.status().operation().isPresent() || machine.liveJob().isPresent()) {
        return is(Standing.UNAVAILABLE, "an operation is not over");
      }
      Optional<Failure> failure = failure();
      if (failure.filter(this::quarantined).isPresent()) {
        return is(Standing.UNAVAILABLE, "quarantined: " + failure.get().reason());
      }
      return failure.filter(this::resting).isPresent()
          ? is(Standing.UNAVAILABLE, "resting after " + failure.get().reason())
          : is(Standing.AVAILABLE, "");
    }

    /** The last failure, unless a person has let the machine go again since. */
    private Optional<Failure> failure() {
      return machine.status().failure().filter(failed -> !Failures.released(failed, machine));
    }

    private boolean quarantined(Failure failure) {
      return failure.count() >= policy.maxFailures();
    }

    private boolean resting(Failure failure) {
      return now.isBefore(failure.at().plus(policy.backOff(failure)));
    }

    private boolean commanded() {
      return machine.status().operation().flatMap(Operation::command).isPresent();
    }
  }
}
