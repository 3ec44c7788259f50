package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Price;
import org.homelab.autoscaler.power.Registration;

/**
 * Puts prices to machines and pods, in the currency of the machines' hourlyRate, which is the price
 * of the machine running for one hour. A pod costs the part of a machine that its requests take, of
 * the machine where that is cheapest, and never less than the lowest podRate: a machine that is
 * full costs as much as its pods, a machine half empty costs more.
 */
final class Prices {
  private static final double SECONDS_PER_HOUR = 3600;

  /** CA divides by the price of pods, which therefore is never zero. */
  private static final BigDecimal SMALLEST = new BigDecimal("0.000001");

  private final Fleet fleet;
  private final Function<GroupSnapshot, GroupView> view;

  Prices(Fleet fleet, Function<GroupSnapshot, GroupView> view) {
    this.fleet = fleet;
    this.view = view;
  }

  /**
   * The price of that Kubernetes node, real or made up by CA from a template.
   *
   * @throws ProviderException.Unimplemented if neither its machine nor its group has a price
   */
  double node(ExternalGrpcNode node, Duration period) {
    return machineRate(node)
        .map(rate -> over(period, rate))
        .orElseThrow(() -> unpriced("no price is declared for " + node.getName()));
  }

  /**
   * The price of a pod with these requests.
   *
   * @throws ProviderException.Unimplemented if no machine has a price
   */
  double pod(Map<String, BigDecimal> requests, Duration period) {
    Collection<Machine> machines = fleet.machines();
    BigDecimal least =
        prices(machines)
            .map(Price::podRate)
            .min(Comparator.naturalOrder())
            .orElseThrow(() -> unpriced("no machine has a price"));
    BigDecimal share =
        machines.stream()
            .flatMap(machine -> share(machine, requests).stream())
            .min(Comparator.naturalOrder())
            .orElse(BigDecimal.ZERO);
    return over(period, least.max(share).max(SMALLEST));
  }

  private Optional<BigDecimal> machineRate(ExternalGrpcNode node) {
    return Identity.machine(fleet, node)
        .flatMap(machine -> machine.spec().price())
        .or(() -> group(node).flatMap(this::groupPrice))
        .map(Price::hourlyRate);
  }

  private Optional<GroupSnapshot> group(ExternalGrpcNode node) {
    return TemplateId.group(node.getProviderID())
        .flatMap(fleet::group)
        .or(() -> Identity.machine(fleet, node).flatMap(Machine::group).flatMap(fleet::group))
        .or(() -> byLabel(node.getLabelsOrDefault(Api.NODE_GROUP_LABEL, "")));
  }

  private Optional<GroupSnapshot> byLabel(String label) {
    return fleet.groups().stream()
        .filter(
            group ->
                group.machines().stream()
                    .limit(1)
                    .map(machine -> Registration.labels(machine).get(Api.NODE_GROUP_LABEL))
                    .anyMatch(label::equals))
        .findFirst();
  }

  /** The price of the machine that would be picked next, else of any member. */
  private Optional<Price> groupPrice(GroupSnapshot snapshot) {
    GroupView group = view.apply(snapshot);
    return prices(
            Stream.concat(group.standing(Standing.AVAILABLE).stream(), group.members().stream())
                .map(Member::machine)
                .toList())
        .findFirst();
  }

  private static Stream<Price> prices(Collection<Machine> machines) {
    return machines.stream().flatMap(machine -> machine.spec().price().stream());
  }

  /** Price per hour of the part of the machine that the requests take. */
  private static Optional<BigDecimal> share(Machine machine, Map<String, BigDecimal> requests) {
    return machine
        .spec()
        .price()
        .flatMap(
            price ->
                Shape.of(machine)
                    .flatMap(shape -> part(shape, requests))
                    .map(part -> part.multiply(price.hourlyRate())));
  }

  /** The largest part of any resource; nothing if the machine lacks one. */
  private static Optional<BigDecimal> part(Shape shape, Map<String, BigDecimal> requests) {
    BigDecimal largest = BigDecimal.ZERO;
    for (Map.Entry<String, BigDecimal> request : requests.entrySet()) {
      Optional<BigDecimal> all =
          shape.allocatable(request.getKey()).filter(amount -> amount.signum() > 0);
      if (request.getValue().signum() == 0) {
        continue;
      }
      if (all.isEmpty()) {
        return Optional.empty();
      }
      largest = largest.max(request.getValue().divide(all.get(), MathContext.DECIMAL64));
    }
    return Optional.of(largest);
  }

  private static double over(Duration period, BigDecimal hourly) {
    return hourly.doubleValue() * (period.toMillis() / 1000.0) / SECONDS_PER_HOUR;
  }

  private static ProviderException unpriced(String why) {
    return new ProviderException.Unimplemented(why + ": declare spec.pricing on the Node");
  }
}
