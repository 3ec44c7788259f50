package org.homelab.autoscaler.kubernetes;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.homelab.autoscaler.api.Amounts;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.api.NodeTemplate;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Template;

/**
 * Translates the part of a Node's status that must survive a restart, there and back. What cannot
 * be read counts as absent, for nobody but us writes it; the Go implementation's status is read as
 * one without an operation.
 */
final class NodeStatuses {
  private NodeStatuses() {}

  static MachineStatus read(NodeStatus status) {
    if (status == null) {
      return MachineStatus.NEW;
    }
    return new MachineStatus(
        Progress.of(Meta.text(status.progress())),
        ObservedPower.of(Meta.text(status.powerState())),
        atLeast(0, status.attempts()),
        Optional.ofNullable(status.operation()).flatMap(NodeStatuses::operation),
        Optional.ofNullable(status.failure()).flatMap(NodeStatuses::failure),
        Amounts.time(status.lastPowerOnTime()),
        Meta.present(status.forcedOn()),
        Amounts.time(status.lastStartupTime()),
        Amounts.time(status.lastShutdownTime()),
        Meta.present(status.providerID()),
        Optional.ofNullable(status.template()).map(TemplateReader::remembered));
  }

  private static Optional<Operation> operation(NodeStatus.Operation operation) {
    Optional<Instant> startedAt = Amounts.time(operation.startedAt());
    return type(operation.type())
        .flatMap(
            type ->
                startedAt.map(
                    start ->
                        new Operation(
                            type,
                            start,
                            command(operation, start),
                            atLeast(0, operation.pods()),
                            Meta.orEmpty(operation.outcomes()),
                            Amounts.time(operation.openSince()))));
  }

  private static Optional<Operation.Command> command(
      NodeStatus.Operation operation, Instant start) {
    if (operation.attempt() == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Operation.Command(
            operation.attempt(),
            Amounts.time(operation.claimedAt()).orElse(start),
            Meta.present(operation.job()),
            Meta.present(operation.recipe()),
            atLeast(0, operation.stage()),
            Amounts.time(operation.sentAt()),
            Meta.present(operation.problem())));
  }

  private static Optional<Failure> failure(NodeStatus.Failure failure) {
    return type(failure.type())
        .map(
            type ->
                new Failure(
                    type,
                    Meta.text(failure.reason()),
                    Meta.text(failure.message()),
                    Amounts.time(failure.at()).orElse(Instant.EPOCH),
                    atLeast(1, failure.count()),
                    Meta.text(failure.released()),
                    Meta.text(failure.powerSpec())));
  }

  private static Optional<OperationType> type(String text) {
    for (OperationType type : OperationType.values()) {
      if (type.text().equals(text)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private static int atLeast(int least, Integer number) {
    return Math.max(least, Objects.requireNonNullElse(number, least));
  }

  static NodeStatus.Operation write(Operation operation) {
    Optional<Operation.Command> command = operation.command();
    return new NodeStatus.Operation(
        operation.type().text(),
        Meta.text(operation.startedAt()),
        command.map(Operation.Command::attempt).orElse(null),
        command.map(given -> Meta.text(given.claimedAt())).orElse(null),
        command.flatMap(Operation.Command::job).orElse(null),
        command.flatMap(Operation.Command::recipe).orElse(null),
        command.map(Operation.Command::stage).filter(stage -> stage > 0).orElse(null),
        command.flatMap(Operation.Command::sentAt).map(Meta::text).orElse(null),
        command.flatMap(Operation.Command::problem).orElse(null),
        operation.pods() == 0 ? null : operation.pods(),
        operation.outcomes().isEmpty() ? null : operation.outcomes(),
        operation.openSince().map(Meta::text).orElse(null));
  }

  static NodeStatus.Failure write(Failure failure) {
    return new NodeStatus.Failure(
        failure.type().text(),
        failure.reason(),
        failure.message(),
        Meta.text(failure.at()),
        failure.count(),
        failure.released(),
        failure.powerSpec());
  }

  static NodeTemplate write(Template template) {
    return new NodeTemplate(
        template.labels(),
        null,
        template.taints().stream().map(Meta::taint).toList(),
        Meta.quantities(template.capacity()),
        Meta.quantities(template.allocatable()),
        template.cordoned() ? true : null);
  }
}
