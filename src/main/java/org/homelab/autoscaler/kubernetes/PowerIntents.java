package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Body;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.camel.Headers;
import org.homelab.autoscaler.cloudprovider.Alert;
import org.homelab.autoscaler.cloudprovider.Intents;
import org.homelab.autoscaler.cloudprovider.Orders;
import org.homelab.autoscaler.cloudprovider.PowerIntent;
import org.homelab.autoscaler.cloudprovider.ProviderException;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.trace.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes desired power into Nodes, as orders that follow one another across all replicas: those of
 * the Cluster Autoscaler, and our own to take in a machine that came up by itself.
 */
public final class PowerIntents implements Intents {
  private static final Logger LOG = LoggerFactory.getLogger(PowerIntents.class);

  private final Fleet fleet;
  private final Events events;
  private final Orders orders;
  private final Clock clock;
  private final Traces traces;

  /**
   * Writes into that cluster.
   *
   * @param patience longest wait for an order of another replica
   */
  public PowerIntents(
      KubernetesClient client,
      Fleet fleet,
      FleetFeed feed,
      Events events,
      Clock clock,
      Duration patience) {
    this(client, fleet, feed, events, clock, patience, Traces.OFF);
  }

  /**
   * Writes into that cluster.
   *
   * @param patience longest wait for an order of another replica
   * @param traces is told of our own orders
   */
  public PowerIntents(
      KubernetesClient client,
      Fleet fleet,
      FleetFeed feed,
      Events events,
      Clock clock,
      Duration patience,
      Traces traces) {
    this.clock = clock;
    this.traces = traces;
    this.fleet = fleet;
    this.events = events;
    this.orders =
        new Orders(
            new KubernetesLedger(client, feed, events),
            UUID.randomUUID().toString().substring(0, 8),
            clock,
            patience,
            time -> Thread.sleep(time.toMillis()));
  }

  @Override
  public void settle(GroupSnapshot group) {
    orders.settle(group);
  }

  @Override
  public void apply(GroupSnapshot group, List<PowerIntent> intents) {
    orders.write(group, intents);
  }

  /**
   * Takes back an order for the group that was left behind half-way; in the headers when to ask
   * again if one may still be under way.
   */
  public void endAbandoned(
      @Body ObjectKey group, @org.apache.camel.Headers Map<String, Object> headers) {
    Optional<Instant> again = fleet.group(group).flatMap(orders::endAbandoned);
    again.ifPresent(at -> headers.put(Headers.AGAIN_AT, at));
  }

  /**
   * Wants a machine on that came up by itself, or whose group is forced on.
   *
   * @return the same step with the machine as it is now
   * @throws StaleLook if the Node has changed since the step's look, or its group has no room for
   *     it any more
   */
  public Step adopt(Step step) {
    Machine machine = step.machine();
    Instant begun = clock.instant();
    try {
      GroupSnapshot seen = group(machine);
      orders.settle(seen);
      GroupSnapshot group = group(machine);
      if (step.reason() != Reason.FORCED_ON && group.room() <= 0) {
        throw new StaleLook("Group " + group.key() + " has all the machines it may have");
      }
      orders.write(group, List.of(new PowerIntent(machine, PowerState.ON, why(step))));
    } catch (ProviderException.StaleSnapshot | ProviderException.Aborted changed) {
      throw new StaleLook(changed.getMessage());
    }
    Machine now =
        fleet
            .machine(machine.key())
            .orElseThrow(() -> new StaleLook("Node " + machine.key() + " is gone"));
    now.declared()
        .order()
        .map(
            mark ->
                new Traces.Ordered(
                    mark,
                    now.group().map(ObjectKey::name).orElse(""),
                    List.of(now.name()),
                    "on",
                    begun,
                    clock.instant()))
        .ifPresent(traces::ordered);
    return new Step(now, step.policy(), step.decision(), step.now());
  }

  private static String why(Step step) {
    return "homelab-autoscaler: "
        + (step.reason() == Reason.FORCED_ON ? "its Group is forced on" : "it came up by itself");
  }

  private GroupSnapshot group(Machine machine) {
    return machine
        .group()
        .flatMap(fleet::group)
        .orElseThrow(() -> new StaleLook("the Group of " + machine.key() + " is gone"));
  }

  @Override
  public void alert(Alert alert) {
    LOG.warn("machine={} {}", alert.machine().name(), alert.message());
    events.alert(alert);
  }
}
