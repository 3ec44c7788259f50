package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.OperationType;

/** The next step for one machine. Exactly one; the next look decides again. */
public sealed interface Decision {
  /** Why. */
  Reason reason();

  /** The route that carries it out. */
  String step();

  /** Whether it changes nothing but what is known, and may be taken in a dry run. */
  default boolean harmless() {
    return this instanceof Wait || this instanceof Refuse || this instanceof LetGo;
  }

  /** What is persisted of the machine once it is taken. */
  MachineStatus after(Machine machine, Instant now);

  /** A decision that changes something in the world, which a hold therefore forbids. */
  sealed interface Touching extends Decision {}

  /**
   * Nothing to do before {@code again}, or before something changes.
   *
   * @param detail more words for the condition; may be empty
   */
  record Wait(Reason reason, String detail, Optional<Instant> again) implements Decision {
    /** The same, to be looked at again then at the latest. */
    Wait noLaterThan(Instant latest) {
      return new Wait(reason, detail, Optional.of(again.filter(latest::isAfter).orElse(latest)));
    }

    @Override
    public String step() {
      return "wait";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.seen(machine);
    }
  }

  /**
   * Nothing may be done until somebody changes something.
   *
   * @param how what to change
   * @param again when it may be so by itself
   */
  record Refuse(Reason reason, String how, Optional<Instant> again) implements Decision {
    @Override
    public String step() {
      return "refuse";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.seen(machine);
    }
  }

  /** Only told, in a dry run: what would be done otherwise. */
  record Would(Decision wish) implements Decision {
    @Override
    public Reason reason() {
      return wish.reason();
    }

    @Override
    public String step() {
      return "would";
    }

    /** In words: {@code would power on}. */
    public String words() {
      return "would " + wish.step().replace('-', ' ');
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return machine.status();
    }
  }

  /** A machine of ours: its Node is not to be deleted without us from now on. */
  record TakeCharge(Reason reason) implements Decision {
    @Override
    public String step() {
      return "take-charge";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return machine.status();
    }
  }

  /** The Cluster Autoscaler is told to leave the Kubernetes node on, or no longer. */
  record Keep(Reason reason) implements Touching {
    @Override
    public String step() {
      return "keep";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.seen(machine);
    }
  }

  /**
   * The machine belongs to no group: our marks on its Kubernetes node go, and what its owner has
   * put on it is remembered, lest something older come back with the next group.
   */
  record Leave(Reason reason) implements Decision {
    @Override
    public String step() {
      return "leave";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.remembering(machine, Transitions.seen(machine));
    }
  }

  /** The Node may be deleted: our marks on its Kubernetes node go, and then our finalizer. */
  record LetGo(Reason reason) implements Decision {
    @Override
    public String step() {
      return "let-go";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return machine.status();
    }
  }

  /** The machine runs without having been asked to, or is to: desired becomes on. */
  record Adopt(Reason reason) implements Touching {
    @Override
    public String step() {
      return "adopt";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return machine.status();
    }
  }

  /**
   * Give the power-on command.
   *
   * @param attempt number of the command; a claimed one that was not given keeps its number
   */
  record PowerOn(Reason reason, int attempt) implements Touching {
    @Override
    public String step() {
      return "power-on";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.poweringOn(machine, attempt, 0, now);
    }
  }

  /** Stop a power-on that is under way: its Job goes, and the machine is then switched off. */
  record CancelPowerOn(Reason reason) implements Decision {
    @Override
    public String step() {
      return "cancel-power-on";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.seen(machine);
    }
  }

  /** The Kubernetes node has joined: provider id and labels are set. */
  record Register(Reason reason) implements Decision {
    @Override
    public String step() {
      return "register";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.remembering(machine, machine.status());
    }
  }

  /** The machine is on: its Kubernetes node takes pods again. */
  record BecomeReady(Reason reason) implements Decision {
    @Override
    public String step() {
      return "become-ready";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.ready(machine, now);
    }
  }

  /** Start to switch off: cordon. */
  record BeginShutdown(Reason reason) implements Touching {
    @Override
    public String step() {
      return "begin-shutdown";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.draining(machine.status(), now);
    }
  }

  /**
   * Cordon and evict what is left.
   *
   * @param deadline when the drain's policy decides
   */
  record Drain(Reason reason, Instant deadline) implements Touching {
    @Override
    public String step() {
      return "drain";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.stillDraining(machine);
    }
  }

  /** Stop a power-off whose command was not given: the cordon of ours goes. */
  record CancelShutdown(Reason reason) implements Decision {
    @Override
    public String step() {
      return "cancel-shutdown";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.cancelled(machine);
    }
  }

  /**
   * Give the power-off command.
   *
   * @param attempt number of the command; a claimed one that was not given keeps its number
   */
  record PowerOff(Reason reason, int attempt) implements Touching {
    @Override
    public String step() {
      return "power-off";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.poweringOff(machine, attempt, 0, now);
    }
  }

  /**
   * Give a command by the next recipe, because the one before has not worked.
   *
   * @param type of the command
   * @param attempt number of the command
   * @param stage which recipe of the machine's plan, from 1
   * @param how what became of the one before, in one line
   */
  record FallBack(Reason reason, OperationType type, int attempt, int stage, String how)
      implements Touching {
    @Override
    public String step() {
      return "fall-back";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.fallingBack(machine, this, now);
    }
  }

  /** Stop a power-off that has taken too long: its Job goes, and then the power-off has failed. */
  record CancelPowerOff(Reason reason) implements Decision {
    @Override
    public String step() {
      return "cancel-power-off";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.seen(machine);
    }
  }

  /** The machine is off: its Kubernetes node is remembered and deleted. */
  record ConfirmOff(Reason reason) implements Decision {
    @Override
    public String step() {
      return "confirm-off";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.off(machine, now);
    }
  }

  /** The power-on has failed. */
  record FailStartup(Reason reason, String how) implements Decision {
    @Override
    public String step() {
      return "fail-startup";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.startupFailed(machine, reason, how, now);
    }
  }

  /** The power-off has failed: the cordon of ours goes. */
  record FailShutdown(Reason reason, String how) implements Decision {
    @Override
    public String step() {
      return "fail-shutdown";
    }

    @Override
    public MachineStatus after(Machine machine, Instant now) {
      return Transitions.shutdownFailed(machine, reason, how, now);
    }
  }
}
