package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.InvariantPropertyTest.Happening;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Neighbours;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.StateMachine;

/** A rack to which anything may happen, and what must hold whatever did. */
final class World {
  static final int MACHINES = 5;
  private static final int FLOOR = 1;
  private static final int CEILING = 4;

  private final Rack rack = new Rack().group(GROUP, FLOOR, OptionalInt.of(CEILING));

  World() {
    for (int i = 0; i < MACHINES; i++) {
      rack.machine(declared("m" + i));
    }
  }

  /** Lets it happen, and checks what an order promises about itself. */
  void happen(Happening happening) {
    if (happening instanceof Happening.Increase increase) {
      order(increase.delta(), () -> rack.increase(increase.delta()));
      assertThat(!rack.intents.written.isEmpty() && rack.target() > CEILING)
          .as("an increase beyond the maximum")
          .isFalse();
    } else if (happening instanceof Happening.Decrease decrease) {
      order(decrease.delta(), () -> rack.decrease(decrease.delta()));
    } else if (happening instanceof Happening.Delete delete) {
      delete(delete.machines().stream().map(this::real).toList(), false);
    } else if (happening instanceof Happening.DeleteFake fake) {
      String id = machine(fake.machine()).instanceId();
      delete(List.of(Rack.fake(id, fake.reason().text())), true);
    } else if (happening instanceof Happening.Conflicts conflicts) {
      conflict(conflicts.machine(), conflicts.times());
    } else {
      outside(happening);
    }
    rack.intents.written.clear();
  }

  private void outside(Happening happening) {
    if (happening instanceof Happening.Patch patch) {
      rack.fleet.apply(FleetIntents.desired(node(patch.machine()), patch.desired()));
    } else if (happening instanceof Happening.Hold hold) {
      var until = Optional.of(rack.now().plusSeconds(hold.seconds()));
      rack.fleet.apply(
          FleetIntents.hold(node(hold.machine()), Optional.of(new Hold(until, "a person"))));
    } else if (happening instanceof Happening.NodeReady ready) {
      kubernetesNode(ready.machine(), true);
    } else if (happening instanceof Happening.NodeDeaf deaf) {
      kubernetesNode(deaf.machine(), false);
    } else if (happening instanceof Happening.NodeGone gone) {
      rack.fleet.removeNode("m" + gone.machine());
    } else if (happening instanceof Happening.Step step) {
      step(machine(step.machine()));
    } else if (happening instanceof Happening.Pass pass) {
      rack.clock.pass(Duration.ofSeconds(pass.seconds()));
    }
  }

  private Machine machine(int number) {
    return rack.fleet.machine(new ObjectKey("lab", "m" + number)).orElseThrow();
  }

  private Declared node(int number) {
    return machine(number).declared();
  }

  private ExternalGrpcNode real(int number) {
    return Rack.node("m" + number, machine(number).instanceId());
  }

  private void kubernetesNode(int number, boolean ready) {
    rack.node(
        KubernetesNodeBuilder.node("m" + number)
            .providerId(Optional.of("k3s://m" + number))
            .ready(ready, rack.now()));
  }

  private void step(Machine machine) {
    var policy =
        PowerPolicy.of(
            machine,
            rack.fleet.group(GROUP).orElseThrow().policy(),
            Neighbours.room(CEILING - rack.target()),
            ProviderSettings.STANDARD.power());
    Decision decision = StateMachine.decide(machine, policy, rack.now());
    rack.fleet.apply(FleetIntents.status(machine.declared(), decision.after(machine, rack.now())));
    if (decision instanceof Decision.Adopt) {
      Declared now = rack.fleet.machine(machine.key()).orElseThrow().declared();
      rack.fleet.apply(FleetIntents.desired(now, PowerState.ON));
    }
  }

  private void conflict(int machine, int times) {
    int[] left = {times};
    rack.intents.before =
        group -> {
          if (left[0]-- > 0) {
            rack.fleet.apply(FleetIntents.touched(node(machine)));
          }
        };
  }

  private void order(int delta, Runnable call) {
    int target = rack.target();
    boolean done = obeyed(call);
    assertThat(rack.target()).isEqualTo(done ? target + delta : target);
    assertThat(rack.intents.written).hasSize(done ? Math.abs(delta) : 0);
  }

  private void delete(List<ExternalGrpcNode> nodes, boolean fake) {
    int target = rack.target();
    obeyed(() -> rack.delete(nodes.toArray(ExternalGrpcNode[]::new)));
    assertThat(rack.target()).isEqualTo(target - rack.intents.written.size());
    if (!fake && !rack.intents.written.isEmpty()) {
      assertThat(rack.target()).isGreaterThanOrEqualTo(FLOOR);
    }
  }

  /** Whether the order was obeyed; if not, no machine wants anything else than before. */
  private boolean obeyed(Runnable call) {
    Map<ObjectKey, PowerState> before = desired();
    try {
      call.run();
      checkIntents(before);
      return true;
    } catch (ProviderException refused) {
      assertThat(desired()).isEqualTo(before);
      assertThat(rack.intents.written).isEmpty();
      return false;
    }
  }

  private void checkIntents(Map<ObjectKey, PowerState> before) {
    for (PowerIntent intent : rack.intents.written) {
      assertThat(intent.machine().hold(rack.now())).isEmpty();
      assertThat(before.put(intent.machine().key(), intent.desired()))
          .isNotEqualTo(intent.desired());
    }
    assertThat(desired()).isEqualTo(before);
  }

  private Map<ObjectKey, PowerState> desired() {
    Map<ObjectKey, PowerState> desired = new TreeMap<>();
    rack.fleet.machines().forEach(each -> desired.put(each.key(), each.spec().desired()));
    return desired;
  }

  /** What holds at every instant. */
  void check() {
    List<Instance> instances = rack.instances();
    var group = rack.group();
    long counted =
        instances.stream()
            .filter(each -> each.getStatus().getInstanceState() != InstanceState.instanceDeleting)
            .count();
    assertThat((long) rack.target()).as("target").isEqualTo(counted);
    assertThat(group.getMinSize()).isBetween(0, group.getMaxSize());
    assertThat(rack.target()).isLessThanOrEqualTo(group.getMaxSize());
    assertThat(group.getMaxSize()).isLessThanOrEqualTo(Math.max(CEILING, rack.target()));
    Set<String> ids = new HashSet<>();
    for (Instance instance : instances) {
      assertThat(instance.getId()).isNotEmpty();
      assertThat(ids.add(instance.getId())).as("unique").isTrue();
      assertThat(instance.getStatus().hasErrorInfo())
          .isIn(false, instance.getStatus().getInstanceState() == InstanceState.instanceCreating);
    }
    for (int i = 0; i < MACHINES; i++) {
      String expected = ids.contains(machine(i).instanceId()) ? GROUP : "";
      assertThat(rack.groupOf(real(i)).getId()).isEqualTo(expected);
    }
  }
}
