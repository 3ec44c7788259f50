package org.homelab.autoscaler.bench.micro;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.StateMachine;
import org.homelab.autoscaler.testing.Racks;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What one decision about one machine costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecideBenchmark {
  private final Instant now = Instant.parse("2026-11-01T06:00:00Z");
  private final Racks racks = new Racks(Racks.IN_A_GROUP);
  private final Machine on = machine(0);
  private final Machine off = machine(1);

  private Machine machine(int number) {
    return racks.fleet().machine(new ObjectKey("lab", Racks.name(number))).orElseThrow();
  }

  private Decision decide(Machine machine) {
    PowerPolicy policy =
        PowerPolicy.of(machine, GroupPolicy.NONE, Racks.IN_A_GROUP, PowerPolicy.Defaults.STANDARD);
    return StateMachine.decide(machine, policy, now);
  }

  @Benchmark
  public Decision running() {
    return decide(on);
  }

  @Benchmark
  public Decision switchedOff() {
    return decide(off);
  }
}
