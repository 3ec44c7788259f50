package org.homelab.autoscaler.page;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.Amounts;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.energy.Draw;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.kubernetes.PodTally;
import org.homelab.autoscaler.power.Conditions;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;

/** Draws one machine's card from what is known of it at one instant. Pure. */
final class MachineCards {
  private final Machine machine;
  private final Optional<NodeStatus> told;
  private final Node stored;
  private final PowerPolicy policy;
  private final PodTally.Load load;
  private final Instant now;

  /**
   * For one machine.
   *
   * @param stored its Node as it was last seen, which holds what people were told
   */
  MachineCards(Machine machine, Node stored, PowerPolicy policy, PodTally.Load load, Instant now) {
    this.machine = machine;
    this.stored = stored;
    this.told = Optional.ofNullable(stored.getStatus());
    this.policy = policy;
    this.load = load;
    this.now = now;
  }

  /**
   * The card.
   *
   * @param group id of its group
   * @param pending pods that waited when it was asked for
   * @param draw what it draws, if that is known
   */
  MachineCard card(Optional<String> group, Optional<String> pending, Optional<Draw> draw) {
    MachineState state = state();
    return new MachineCard(
        machine.key().toString(),
        machine.name(),
        group.orElse(null),
        machine.spec().kubernetesNodeName(),
        state,
        machine.desiredOn(),
        powered().orElse(null),
        told.map(NodeStatus::reason).orElse(""),
        why(state),
        asked(pending).orElse(null),
        since().orElse(null),
        state == MachineState.BOOTING ? expected().orElse(null) : null,
        next(state).orElse(null),
        load(),
        state == MachineState.DRAINING ? load.mustGo() : null,
        draw.map(Draw::watts).orElse(null),
        draw.map(Draw::measured).orElse(false),
        check().orElse(null),
        history());
  }

  private MachineState state() {
    if (machine.problem().isPresent()) {
      return MachineState.REFUSED;
    }
    if (condition(Conditions.POWER_FAILED)
        .filter(failed -> Reason.QUARANTINED.code().equals(failed.getReason()))
        .isPresent()) {
      return MachineState.QUARANTINED;
    }
    if (machine.hold(now).isPresent()) {
      return MachineState.HELD;
    }
    return switch (machine.status().progress()) {
      case NEW -> machine.nodeReady() ? MachineState.READY : MachineState.OFF;
      case SHUTDOWN -> MachineState.OFF;
      case STARTING_UP -> MachineState.BOOTING;
      case READY -> machine.nodeReady() ? MachineState.READY : MachineState.SILENT;
      case SHUTTING_DOWN ->
          machine.status().operation().flatMap(Operation::command).isPresent()
              ? MachineState.POWERING_OFF
              : MachineState.DRAINING;
    };
  }

  private Optional<Boolean> powered() {
    ObservedPower power = machine.status().power();
    return switch (power) {
      case ON -> Optional.of(true);
      case OFF -> Optional.of(false);
      case UNKNOWN -> machine.nodeReady() ? Optional.of(true) : Optional.empty();
    };
  }

  private String why(MachineState state) {
    return switch (state) {
      case REFUSED -> machine.problem().orElseThrow().message();
      case QUARANTINED -> message(Conditions.POWER_FAILED);
      case HELD -> machine.hold(now).map(Hold::reason).orElse("");
      case OFF, BOOTING, READY, SILENT, DRAINING, POWERING_OFF ->
          message(machine.status().progress() == Progress.READY ? "Ready" : "Progressing");
    };
  }

  private String message(String condition) {
    return condition(condition).map(Condition::getMessage).orElse("");
  }

  private Optional<Condition> condition(String type) {
    return told.map(NodeStatus::conditions).stream()
        .flatMap(List::stream)
        .filter(condition -> type.equals(condition.getType()))
        .findFirst();
  }

  private Optional<MachineCard.Asked> asked(Optional<String> pending) {
    return Optional.ofNullable(stored.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Api.REQUESTED_BY_ANNOTATION))
        .map(words -> new MachineCard.Asked(words, pending.orElse(null)));
  }

  private Optional<Instant> since() {
    List<MachineCard.Step> history = history();
    return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1).at());
  }

  private Optional<Instant> expected() {
    return BootTimes.median(history())
        .flatMap(usual -> commandGiven().map(given -> given.plus(usual)));
  }

  private Optional<Instant> commandGiven() {
    return machine
        .status()
        .operation()
        .flatMap(Operation::command)
        .map(Operation.Command::claimedAt);
  }

  private Optional<MachineCard.Next> next(MachineState state) {
    Optional<Instant> began = machine.status().operation().map(Operation::startedAt);
    return switch (state) {
      case BOOTING ->
          commandGiven()
              .map(at -> by("counts as failed if it is not Ready by", at.plus(policy.startup())));
      case DRAINING -> began.map(at -> by("its pods must be gone by", at.plus(policy.drain())));
      case POWERING_OFF ->
          commandGiven()
              .map(at -> by("counts as failed if it is not off by", at.plus(policy.shutdown())));
      case HELD -> machine.hold(now).flatMap(Hold::until).map(at -> by("is let go at", at));
      case OFF, SILENT, READY -> again();
      case QUARANTINED, REFUSED -> Optional.empty();
    };
  }

  private Optional<MachineCard.Next> again() {
    return machine
        .status()
        .failure()
        .map(failure -> failure.at().plus(policy.backOff(failure)))
        .filter(now::isBefore)
        .map(at -> by("may be tried again at", at));
  }

  private static MachineCard.Next by(String what, Instant at) {
    return new MachineCard.Next(what, at.truncatedTo(ChronoUnit.SECONDS));
  }

  private MachineCard.Load load() {
    Optional<KubernetesNode> node = machine.node();
    return new MachineCard.Load(
        load.pods(),
        load.cpu(),
        node.map(there -> Amounts.milli(there.allocatable().get("cpu"))).orElse(0L),
        load.memory(),
        node.map(there -> Amounts.whole(there.allocatable().get("memory"))).orElse(0L));
  }

  private Optional<MachineCard.Check> check() {
    return machine
        .observation()
        .map(seen -> new MachineCard.Check(seen.power().text(), seen.since(), seen.source()))
        .or(
            () ->
                machine
                    .reading()
                    .map(
                        seen ->
                            new MachineCard.Check(
                                seen.power().text(), null, "its recipe's probe")));
  }

  private List<MachineCard.Step> history() {
    return told.map(NodeStatus::history).stream()
        .flatMap(List::stream)
        .filter(step -> Amounts.time(step.at()).isPresent())
        .map(
            step ->
                new MachineCard.Step(
                    Amounts.time(step.at()).orElseThrow(),
                    step.progress(),
                    step.reason(),
                    step.note()))
        .toList();
  }

  /** How long boots took, from what is remembered of them. */
  static final class BootTimes {
    private BootTimes() {}

    static Optional<Duration> median(List<MachineCard.Step> history) {
      List<Duration> boots =
          java.util.stream.IntStream.range(1, history.size())
              .filter(i -> history.get(i).progress().equals(Progress.READY.text()))
              .filter(i -> history.get(i - 1).progress().equals(Progress.STARTING_UP.text()))
              .mapToObj(i -> Duration.between(history.get(i - 1).at(), history.get(i).at()))
              .sorted()
              .toList();
      return boots.isEmpty() ? Optional.empty() : Optional.of(boots.get(boots.size() / 2));
    }
  }
}
