package org.homelab.autoscaler.bench.micro;

import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Touched;
import org.homelab.autoscaler.testing.Racks;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one event costs the Fleet, by the number of machines. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FleetBenchmark {
  @Param({"100", "1000", "10000"})
  int machines;

  private final ObjectKey key = new ObjectKey("lab", Racks.name(0));
  private Fleet fleet;
  private KubernetesNode ready;
  private long events;

  /** Fills the fleet. */
  @Setup
  public void fill() {
    fleet = new Racks(machines).fleet();
    ready = node(Racks.name(0)).build();
  }

  @Benchmark
  public Touched nodeChanges() {
    return fleet.apply(Racks.machine(0).revision(Long.toString(++events)).build());
  }

  @Benchmark
  public Touched kubernetesNodeChanges() {
    return fleet.apply(ready);
  }

  /** A reading that is no news. */
  @Benchmark
  public Touched reading() {
    return fleet.read(
        key,
        new DeviceReading(
            ObservedPower.ON,
            Instant.ofEpochSecond(++events),
            OptionalDouble.of(80),
            OptionalDouble.empty()));
  }

  @Benchmark
  public Optional<?> lookUp() {
    return fleet.machine(key);
  }
}
