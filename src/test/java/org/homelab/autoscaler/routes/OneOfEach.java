package org.homelab.autoscaler.routes;

import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.camel.Desk;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicies;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.PowerWish;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.power.JobNames;
import org.homelab.autoscaler.power.Leftovers;
import org.homelab.autoscaler.power.PowerPolicy;

/** A fleet with one machine for each decision there is, called as the route it must lead to. */
final class OneOfEach {
  /** When everything is looked at. */
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** When the hold on the machine that must be refused ends. */
  static final Instant HELD_UNTIL = NOW.plus(Duration.ofHours(8));

  /** When the Kubernetes node of the machine that must wait went NotReady. */
  static final Instant NOT_READY_SINCE = NOW.minusSeconds(10);

  private static final PowerPlan WITH_FALLBACK =
      new PowerPlan(
          List.of(
              new Recipe(
                  "ssh",
                  Map.of(),
                  Optional.empty(),
                  Duration.ZERO,
                  Recipe.Giver.OPERATOR,
                  Recipe.Giver.OPERATOR,
                  Recipe.Probe.LIFE),
              Recipe.JOB));

  private final Fleet fleet =
      new Fleet(
          ObjectKey::name, (machine, group) -> machine.podSpecs() ? PowerPlan.JOBS : WITH_FALLBACK);

  OneOfEach() {
    group("rack", false);
    group("dry", true);
    off();
    startingUp();
    ready();
    shuttingDown();
    inAndOutOfCharge();
  }

  private void group(String name, boolean dryRun) {
    GroupPolicy policy = GroupPolicies.dryRun(GroupPolicy.NONE, dryRun);
    fleet.apply(
        new DeclaredGroup(key(name), "uid-" + name, 1, "1", false, true, Optional.empty(), policy));
  }

  private void inAndOutOfCharge() {
    put(declared(key("would")).group("dry").desired(PowerState.ON));
    put(machine("take-charge", PowerState.ON).inCharge(false));
    put(machine("let-go", PowerState.ON).deleting(true));
    put(declared(key("leave")).group("sold"));
    fleet.apply(node("leave").label(Api.NODE_LABEL, "leave").build());
    put(
        machine("keep", PowerState.ON)
            .keepOn(Optional.of(new Hold(Optional.empty(), "storage")))
            .status(MachineStatus.NEW.with(Progress.READY, ObservedPower.ON)));
    fleet.apply(
        node("keep").label(Api.NODE_GROUP_LABEL, "rack").label(Api.NODE_LABEL, "keep").build());
  }

  static ObjectKey key(String name) {
    return new ObjectKey("lab", name);
  }

  /** The real desk at work on this fleet, once that is complete. */
  Desk desk(BooleanSupplier synced) {
    return desk(synced, NOW);
  }

  /** The same, at work at that time. */
  Desk desk(BooleanSupplier synced, Instant now) {
    return new Desk(
        fleet,
        OneOfEach::pods,
        Leftovers.NONE,
        PowerPolicy.Defaults.STANDARD,
        Clock.fixed(now, ZoneOffset.UTC),
        synced);
  }

  private static DrainView pods(Machine machine) {
    return machine.name().equals("drain") ? new DrainView(1, "lab/db-0: PDB") : DrainView.EMPTY;
  }

  private void off() {
    MachineStatus off = MachineStatus.NEW.with(Progress.SHUTDOWN, ObservedPower.OFF);
    put(machine("wait", PowerState.ON).status(off));
    fleet.apply(node("wait").ready(false, NOT_READY_SINCE).build());
    var hold = new Hold(Optional.of(HELD_UNTIL), "disk swap");
    put(machine("refuse", PowerState.ON).status(off).hold(Optional.of(hold)));
    put(machine("power-on", PowerState.ON).status(off));
    put(machine("adopt", PowerState.OFF).status(off));
    fleet.apply(node("adopt").build());
    put(machine("confirm-off", PowerState.OFF));
  }

  private void startingUp() {
    put(machine("cancel-power-on", PowerState.OFF).status(startingUp("cancel-power-on")));
    job("cancel-power-on", OperationType.STARTUP, PowerJob.State.RUNNING);
    put(machine("register", PowerState.ON).status(startingUp("register")));
    fleet.apply(node("register").ready(false, NOW).providerId(Optional.empty()).build());
    put(machine("become-ready", PowerState.ON).status(startingUp("become-ready")));
    fleet.apply(node("become-ready").build());
    put(machine("fail-startup", PowerState.ON).status(startingUp("fail-startup")));
    job("fail-startup", OperationType.STARTUP, PowerJob.State.FAILED);
  }

  private void ready() {
    MachineStatus ready = MachineStatus.NEW.with(Progress.READY, ObservedPower.ON);
    put(machine("begin-shutdown", PowerState.OFF).status(ready));
    fleet.apply(node("begin-shutdown").build());
  }

  private void shuttingDown() {
    Operation draining = Operation.shutdown(NOW.minusSeconds(30));
    put(machine("drain", PowerState.OFF).status(shuttingDown(draining)));
    put(machine("cancel-shutdown", PowerState.ON).status(shuttingDown(draining)));
    put(machine("power-off", PowerState.OFF).status(shuttingDown(draining)));
    for (String name : List.of("drain", "cancel-shutdown", "power-off")) {
      fleet.apply(node(name).cordonedByUs().build());
    }
    Operation given = draining.claimed(1, NOW.minus(Duration.ofMinutes(20)));
    for (String name : List.of("cancel-power-off", "fail-shutdown")) {
      put(machine(name, PowerState.OFF).status(shuttingDown(given)));
      fleet.apply(node(name).cordonedByUs().build());
    }
    Operation refused =
        draining.with(
            new Operation.Command(1, NOW.minusSeconds(20), Optional.empty())
                .by(Optional.of("ssh"), 0)
                .failed("refused"));
    put(
        machine("fall-back", PowerState.OFF)
            .power(PowerWish.NONE)
            .status(shuttingDown(refused).withAttempts(1)));
    fleet.apply(node("fall-back").cordonedByUs().build());
    job("cancel-power-off", OperationType.SHUTDOWN, PowerJob.State.RUNNING);
    job("fail-shutdown", OperationType.SHUTDOWN, PowerJob.State.FAILED);
  }

  private static MachineStatus startingUp(String name) {
    String job = JobNames.of(name, OperationType.STARTUP, 1);
    return MachineStatus.NEW
        .with(Progress.STARTING_UP, ObservedPower.UNKNOWN)
        .with(Optional.of(Operation.startup(NOW.minusSeconds(30), 1).givenBy(job)));
  }

  private static MachineStatus shuttingDown(Operation operation) {
    return MachineStatus.NEW
        .with(Progress.SHUTTING_DOWN, ObservedPower.ON)
        .with(Optional.of(operation));
  }

  private static DeclaredBuilder machine(String name, PowerState desired) {
    return declared(key(name)).group("rack").desired(desired);
  }

  private void put(DeclaredBuilder machine) {
    fleet.apply(machine.build());
  }

  private void job(String machine, OperationType type, PowerJob.State state) {
    ObjectKey job = key(JobNames.of(machine, type, 1));
    fleet.apply(new PowerJob(job, key(machine), type, state, NOW.minusSeconds(30), ""));
  }
}
