package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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
  private final Function<Machine, Optional<Price>> price;
  private final PerGroup<Set<Offer>> offers;

  /** Machines of one kind at one price; what a pod takes of each costs the same. */
  private record Offer(Optional<Shape> shape, Price price) {}

  /**
   * Prices in that fleet.
   *
   * @param price what a machine costs, if that is known
   */
  Prices(
      Fleet fleet,
      Function<GroupSnapshot, GroupView> view,
      Function<Machine, Optional<Price>> price,
      Clock clock) {
    this.offers = new PerGroup<>((group, now) -> offers(group.machines()), clock);
    this.fleet = fleet;
    this.view = view;
    this.price = price;
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
    Set<Offer> offers = offers();
    BigDecimal least =
        offers.stream()
            .map(offer -> offer.price().podRate())
            .min(Comparator.naturalOrder())
            .orElseThrow(() -> unpriced("no machine has a price"));
    BigDecimal share =
        offers.stream()
            .flatMap(offer -> share(offer, requests).stream())
            .min(Comparator.naturalOrder())
            .orElse(BigDecimal.ZERO);
    return over(period, least.max(share).max(SMALLEST));
  }

  private Set<Offer> offers() {
    Set<Offer> all =
        offers(fleet.machines().stream().filter(machine -> machine.group().isEmpty()).toList());
    List<GroupSnapshot> groups = fleet.groups();
    groups.forEach(group -> all.addAll(offers.of(group)));
    offers.keepOnly(groups);
    return all;
  }

  private Set<Offer> offers(Collection<Machine> machines) {
    return machines.stream()
        .flatMap(machine -> offer(machine).stream())
        .collect(Collectors.toCollection(HashSet::new));
  }

  private Optional<Offer> offer(Machine machine) {
    return price.apply(machine).map(cost -> new Offer(Shape.of(machine).map(Shape::unnamed), cost));
  }

  private Optional<BigDecimal> machineRate(ExternalGrpcNode node) {
    return Identity.machine(fleet, node)
        .flatMap(price)
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

  private Stream<Price> prices(Collection<Machine> machines) {
    return machines.stream().flatMap(machine -> price.apply(machine).stream());
  }

  /** Price per hour of the part of such a machine that the requests take. */
  private static Optional<BigDecimal> share(Offer offer, Map<String, BigDecimal> requests) {
    return offer
        .shape()
        .flatMap(shape -> part(shape, requests))
        .map(part -> part.multiply(offer.price().hourlyRate()));
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
