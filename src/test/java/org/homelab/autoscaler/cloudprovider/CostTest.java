package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Observation;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.testing.Racks;
import org.junit.jupiter.api.Test;

/**
 * What reads and events cost, counted in bytes allocated and in snapshots made rather than in time,
 * which a busy machine would falsify; and that it does not grow with the fleet.
 */
class CostTest {
  private static final int FEW = 100;
  private static final int MANY = 10_000;
  private static final int TIMES = 500;
  private static final String GROUP = Racks.group(3);
  private static final Instant NOW = Instant.parse("2026-11-01T06:00:00Z");

  /** What the garbage of a hundred times more machines may add for reasons of chance. */
  private static final double GROWTH = 1.25;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Racks few = new Racks(FEW);
  private final Racks many = new Racks(MANY);

  /** Bytes that one call takes, once everything is loaded. */
  private static double bytes(IntConsumer call) {
    for (int i = 0; i < TIMES; i++) {
      call.accept(i);
    }
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    for (int i = 0; i < TIMES; i++) {
      call.accept(i);
    }
    return (THREADS.getThreadAllocatedBytes(thread) - before) / (double) TIMES;
  }

  private static Map<String, IntConsumer> reads(Racks racks) {
    CloudProviderService provider = racks.provider(Clock.fixed(NOW, ZoneOffset.UTC));
    Map<String, IntConsumer> reads = new TreeMap<>();
    reads.put("Refresh", i -> provider.refresh(RefreshRequest.getDefaultInstance()));
    reads.put("NodeGroups", i -> provider.nodeGroups(NodeGroupsRequest.getDefaultInstance()));
    reads.put(
        "NodeGroupForNode",
        i ->
            provider.nodeGroupForNode(
                NodeGroupForNodeRequest.newBuilder().setNode(Racks.external(2 * i % FEW)).build()));
    reads.put(
        "TargetSize",
        i ->
            provider.nodeGroupTargetSize(
                NodeGroupTargetSizeRequest.newBuilder().setId(GROUP).build()));
    reads.put(
        "Nodes",
        i -> provider.nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId(GROUP).build()));
    reads.put(
        "GetOptions",
        i -> {
          try {
            provider.nodeGroupGetOptions(
                NodeGroupAutoscalingOptionsRequest.newBuilder().setId(GROUP).build());
          } catch (ProviderException.Unimplemented refused) {
            assertThat(refused.code()).isEqualTo(ProviderException.Code.UNIMPLEMENTED);
          }
        });
    return reads;
  }

  @Test
  void aReadTakesLittleMemoryHoweverManyMachinesThereAre() {
    Map<String, IntConsumer> ofMany = reads(many);
    reads(few)
        .forEach(
            (name, read) -> {
              double little = bytes(read);
              // Of one NodeGroupForNode the request alone takes 400 bytes; a view of its group
              // would take 20,000.
              assertThat(little).as(name).isLessThan(4_000);
              assertThat(bytes(ofMany.get(name)))
                  .as(name + " of " + MANY)
                  .isLessThan(little * GROWTH + 200);
            });
  }

  private static Map<String, IntConsumer> events(Racks racks) {
    Fleet fleet = racks.fleet();
    Map<String, IntConsumer> events = new TreeMap<>();
    events.put(
        "a Node changes", i -> fleet.apply(Racks.machine(i % FEW).revision("" + (i + 2)).build()));
    events.put(
        "a Kubernetes node changes",
        i -> fleet.apply(node(Racks.name(2 * i % FEW)).suspended(i % 3 == 0).build()));
    return events;
  }

  @Test
  void anEventTakesAsMuchMemoryHoweverManyMachinesThereAre() {
    Map<String, IntConsumer> ofMany = events(many);
    events(few)
        .forEach(
            (name, event) -> {
              double little = bytes(event);
              assertThat(little).as(name).isLessThan(20_000);
              assertThat(bytes(ofMany.get(name)))
                  .as(name + ", one of " + MANY)
                  .isLessThan(little * GROWTH + 500);
            });
  }

  @Test
  void anEventMakesOneSnapshot() {
    long before = newest(many.fleet());
    many.fleet().apply(Racks.machine(0).revision("7").build());
    assertThat(newest(many.fleet()) - before).isOne();
    many.fleet().apply(node(Racks.name(0)).suspended(true).build());
    assertThat(newest(many.fleet()) - before).isEqualTo(2);
  }

  @Test
  void whatIsSeenOnceMoreMakesNone() {
    var key = new ObjectKey("lab", Racks.name(0));
    var seen = Observation.at(NOW, ObservedPower.ON, "a probe");
    many.fleet().record(key, Optional.of(seen));
    many.fleet().read(key, reading(0));
    long before = newest(many.fleet());
    for (int i = 1; i < TIMES; i++) {
      many.fleet().record(key, Optional.of(seen.again(NOW.plusSeconds(i))));
      many.fleet().read(key, reading(i));
    }
    assertThat(newest(many.fleet())).isEqualTo(before);
  }

  private static DeviceReading reading(int second) {
    return new DeviceReading(
        ObservedPower.ON,
        NOW.plusSeconds(second),
        OptionalDouble.of(second),
        OptionalDouble.empty());
  }

  /** Versions are counted through all groups, so that the newest tells how many were made. */
  private static long newest(Fleet fleet) {
    return fleet.groups().stream().mapToLong(GroupSnapshot::version).max().orElseThrow();
  }
}
