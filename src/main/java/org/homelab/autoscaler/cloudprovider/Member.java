package org.homelab.autoscaler.cloudprovider;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.DrainPolicy.NodeWhenOff;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Template;
import org.homelab.autoscaler.power.Failures;
import org.homelab.autoscaler.power.Neighbours;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Stay;

/**
 * A machine of a group, and what it is to the Cluster Autoscaler.
 *
 * @param why a few words on an {@link Standing#UNAVAILABLE} machine, and on a {@link
 *     Standing#FAILED} one that is not tried again; empty otherwise
 * @param stay why it may not be given up while it is on
 */
record Member(Machine machine, Standing standing, String why, Optional<Stay> stay) {

  static Member of(
      Machine machine,
      GroupPolicy group,
      Neighbours neighbours,
      PowerPolicy.Defaults defaults,
      Instant now) {
    return new Look(machine, PowerPolicy.of(machine, group, neighbours, defaults), now).member();
  }

  String id() {
    return machine.instanceId();
  }

  private record Look(Machine machine, PowerPolicy policy, Instant now) {

    Member member() {
      Optional<String> offLimits = offLimits();
      if (offLimits.isPresent()) {
        return is(Standing.UNAVAILABLE, offLimits.get());
      }
      return machine.desiredOn() ? is(wanted(), exhausted()) : unwanted();
    }

    private Member is(Standing standing, String why) {
      Optional<Stay> stay =
          standing == Standing.RUNNING
              ? Stay.of(machine, policy.group(), policy.neighbours().groupPoweredOn(), now)
              : Optional.empty();
      return new Member(machine, standing, why, stay);
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
          .or(() -> machine.hold(now).map(hold -> words("held", hold)))
          .or(() -> machine.maintenance(now).map(work -> words("in maintenance", work)));
    }

    private static String words(String what, Hold hold) {
      return hold.reason().isEmpty() ? what : what + ": " + hold.reason();
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

    /** A machine in quarantine is not tried again: it is one less to be had. */
    private String exhausted() {
      return wanted() == Standing.FAILED && failure().filter(this::quarantined).isPresent()
          ? "quarantined"
          : "";
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
        case NEW, SHUTDOWN ->
            machine.status().uncertain() && !nobodyKnows() ? is(Standing.LEAVING, "") : off();
      };
    }

    /**
     * Whether it never came, and could not be switched off to be certain. It may be powered on
     * again, which does nothing to a machine that is on.
     */
    private boolean nobodyKnows() {
      return machine.neverCame()
          && machine
              .status()
              .failure()
              .filter(failed -> failed.type() == OperationType.SHUTDOWN)
              .isPresent();
    }

    private Member off() {
      if (machine.nodeReady()) {
        return is(Standing.UNAVAILABLE, "switched on by hand");
      }
      if (machine.seenOn()) {
        return is(Standing.UNAVAILABLE, "on, as its probes see it");
      }
      if (machine.node().filter(node -> !kept(node)).isPresent() && !machine.nodeLeftOver()) {
        return is(
            Standing.UNAVAILABLE,
            "its Kubernetes node is NotReady, which does not say that it is off");
      }
      if (machine.status().operation().isPresent() || machine.liveJob().isPresent()) {
        return is(Standing.UNAVAILABLE, "an operation is not over");
      }
      if (machine.status().template().filter(Template::cordoned).isPresent()) {
        return is(Standing.UNAVAILABLE, "cordoned by a person");
      }
      Optional<Instant> rested = restsUntil();
      if (rested.isPresent()) {
        return is(
            Standing.UNAVAILABLE, Reason.MIN_OFF_TIME.sentence() + " Until " + rested.get() + ".");
      }
      Optional<Failure> failure = failure();
      if (failure.filter(this::quarantined).filter(it -> !probeDue(it)).isPresent()) {
        return is(Standing.UNAVAILABLE, "quarantined: " + failure.get().reason());
      }
      return failure.filter(this::resting).isPresent()
          ? is(Standing.UNAVAILABLE, "resting after " + failure.get().reason())
          : is(Standing.AVAILABLE, "");
    }

    private boolean kept(KubernetesNode node) {
      return node.suspended() && policy.drainPolicy().nodeWhenOff() == NodeWhenOff.KEEP;
    }

    /** The last failure, unless a person has let the machine go again since. */
    private Optional<Failure> failure() {
      return machine.status().failure().filter(failed -> !Failures.released(failed, machine));
    }

    private boolean quarantined(Failure failure) {
      return policy.quarantines(failure);
    }

    private boolean probeDue(Failure failure) {
      return policy.probeAt(failure).filter(at -> !now.isBefore(at)).isPresent();
    }

    /** A machine that has just been switched off is not switched on again at once. */
    private Optional<Instant> restsUntil() {
      return machine
          .status()
          .lastShutdown()
          .filter(off -> !off.isAfter(now))
          .flatMap(off -> policy.group().limits().minOffTime().map(off::plus))
          .filter(now::isBefore);
    }

    private boolean resting(Failure failure) {
      return now.isBefore(failure.at().plus(policy.backOff(failure)));
    }

    private boolean commanded() {
      return machine.status().operation().flatMap(Operation::command).isPresent();
    }
  }
}
