package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.DrainPolicy.LocalStorage;
import org.homelab.autoscaler.fleet.DrainPolicy.NodeWhenOff;
import org.homelab.autoscaler.fleet.DrainPolicy.Overdue;
import org.homelab.autoscaler.fleet.DrainPolicy.UnmanagedPods;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.HealthCheck;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.PowerTimeouts;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.SwitchLimits;

/** Puts groups and machines into a lab. */
final class Builder {
  private static final MachineStatus OFF =
      MachineStatus.NEW.with(Progress.SHUTDOWN, ObservedPower.OFF);
  private static final MachineStatus ON = MachineStatus.NEW.with(Progress.READY, ObservedPower.ON);
  private final Lab lab;
  private int described;

  Builder(Lab lab) {
    this.lab = lab;
  }

  static ObjectKey key(String name) {
    return new ObjectKey("lab", name);
  }

  /**
   * {@code rack min=1 max=3 drain=force local=delete bare=evict nodes=keep drain-time=2m startup=3m
   * shutdown=1m}.
   */
  void group(List<String> words) {
    int min = 0;
    OptionalInt max = OptionalInt.empty();
    Optional<Duration> minOn = Optional.empty();
    Optional<Duration> minOff = Optional.empty();
    Optional<Duration> coolDown = Optional.empty();
    OptionalInt atOnce = OptionalInt.empty();
    Optional<Duration> spacing = Optional.empty();
    boolean dryRun = false;
    DrainPolicy drain = DrainPolicy.FAIL;
    Optional<Duration> drainTime = Optional.empty();
    Optional<Duration> startup = Optional.empty();
    Optional<Duration> shutdown = Optional.empty();
    for (String word : words.subList(1, words.size())) {
      String value = word.substring(word.indexOf('=') + 1);
      switch (word.substring(0, word.indexOf('='))) {
        case "min-on" -> minOn = Durations.parseOptional(value);
        case "min-off" -> minOff = Durations.parseOptional(value);
        case "cool-down" -> coolDown = Durations.parseOptional(value);
        case "at-once" -> atOnce = OptionalInt.of(Integer.parseInt(value));
        case "spacing" -> spacing = Durations.parseOptional(value);
        case "dry-run" -> dryRun = Boolean.parseBoolean(value);
        case "min" -> min = Integer.parseInt(value);
        case "max" -> max = OptionalInt.of(Integer.parseInt(value));
        case "drain" -> drain = drain.with(Overdue.valueOf(value.toUpperCase(Locale.ROOT)));
        case "local" -> drain = drain.with(LocalStorage.valueOf(value.toUpperCase(Locale.ROOT)));
        case "bare" -> drain = drain.with(UnmanagedPods.valueOf(value.toUpperCase(Locale.ROOT)));
        case "nodes" -> drain = drain.with(NodeWhenOff.valueOf(value.toUpperCase(Locale.ROOT)));
        case "drain-time" -> drainTime = Durations.parseOptional(value);
        case "startup" -> startup = Durations.parseOptional(value);
        case "shutdown" -> shutdown = Durations.parseOptional(value);
        default -> throw new IllegalArgumentException("a group has no " + word);
      }
    }
    var policy =
        new GroupPolicy(
            min,
            max,
            Map.of(),
            new PowerTimeouts(startup, shutdown, drainTime),
            drain,
            GroupPolicy.Options.NONE,
            HealthCheck.NONE,
            new SwitchLimits(minOn, minOff, coolDown, atOnce, spacing),
            dryRun,
            Optional.empty());
    ObjectKey key = key(words.get(0));
    lab.put(new DeclaredGroup(key, "uid-" + key, 1, "1", false, true, Optional.empty(), policy));
  }

  /** {@code m1 m2 off boots=10m node=talos group=rack}: off, on or new. */
  void machines(List<String> words) {
    List<String> names = new ArrayList<>();
    int i = 0;
    while (!Set.of("off", "on", "new").contains(words.get(i))) {
      names.add(words.get(i++));
    }
    String state = words.get(i);
    for (String name : names) {
      machine(name, state, words.subList(i + 1, words.size()));
    }
  }

  private void machine(String name, String state, List<String> nature) {
    Instant createdAt = DeclaredBuilder.CREATED.plusSeconds(described++);
    DeclaredBuilder node =
        DeclaredBuilder.declared(name)
            .group("rack")
            .createdAt(createdAt)
            .inCharge(!state.equals("new"))
            .uid(name + "-" + described);
    String nodeName = name;
    PowerState wanted = PowerState.ON;
    MachineStatus left =
        switch (state) {
          case "on" -> ON;
          case "off" -> OFF;
          default -> MachineStatus.NEW;
        };
    for (String word : nature) {
      if (word.startsWith("node=")) {
        nodeName = word.substring("node=".length());
        node.nodeName(nodeName);
      } else if (word.startsWith("group=")) {
        node.group(word.substring("group=".length()));
      } else if (word.startsWith("circuit=")) {
        node.circuit(word.substring("circuit=".length()));
      } else if (word.startsWith("device=")) {
        node.power(Devices.wish(word.substring("device=".length())));
      } else if (word.startsWith("progress=")) {
        left = MachineStatus.NEW.with(Progress.of(word.substring(9)), ObservedPower.UNKNOWN);
      } else if (word.equals("template")) {
        node.template(Lab.SHAPE);
      } else if (word.equals("wanted")) {
        node.desired(PowerState.ON);
      } else if (word.equals("unwanted")) {
        wanted = PowerState.OFF;
      } else if (word.equals("running")) {
        runs(nodeName, Map.of());
      }
    }
    if (state.equals("on")) {
      runs(nodeName, Map.of(Api.NODE_GROUP_LABEL, "rack", Api.NODE_LABEL, name));
      node.desired(wanted);
    }
    node.status(left);
    lab.put(node.build());
    nature(name, nature);
  }

  private void runs(String nodeName, Map<String, String> labels) {
    lab.box(nodeName).running();
    lab.put(
        KubernetesNodeBuilder.node(nodeName)
            .labels(labels)
            .resources(Lab.SHAPE.capacity(), Lab.SHAPE.allocatable())
            .build());
  }

  /** How a machine behaves: {@code boots=10m}, {@code boots=never}, {@code off-job=fails}, ... */
  void nature(String name, List<String> words) {
    Box box = lab.box(lab.declared().get(key(name)).spec().kubernetesNodeName());
    for (String word : words) {
      String value = word.substring(word.indexOf('=') + 1);
      switch (word.substring(0, Math.max(0, word.indexOf('=')))) {
        case "boots" -> {
          box.comesUp = !value.equals("never");
          box.boots = box.comesUp ? Durations.parse(value) : box.boots;
        }
        case "deaf-to" -> box.deafTo = Integer.parseInt(value);
        case "on-device" -> box.onDevice = device(value);
        case "off-device" -> box.offDevice = device(value);
        case "on-job" -> box.onJob = outcome(value);
        case "off-job" -> box.offJob = outcome(value);
        case "node", "group", "circuit", "device", "progress", "" -> {}
        default -> throw new IllegalArgumentException("a machine has no " + word);
      }
    }
  }

  private static Box.Device device(String word) {
    return Box.Device.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static Box.Outcome outcome(String word) {
    return Box.Outcome.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** The operator runs on that Kubernetes node. */
  void protect(String nodeName) {
    lab.watchman().protect(Set.of(nodeName));
  }
}
