package org.homelab.autoscaler.kubernetes;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupSpec;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.DrainPolicy.DaemonSetPods;
import org.homelab.autoscaler.fleet.DrainPolicy.LocalStorage;
import org.homelab.autoscaler.fleet.DrainPolicy.NodeWhenOff;
import org.homelab.autoscaler.fleet.DrainPolicy.Overdue;
import org.homelab.autoscaler.fleet.DrainPolicy.UnmanagedPods;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.InstanceIds;
import org.homelab.autoscaler.fleet.SwitchLimits;
import org.homelab.autoscaler.fleet.Thresholds;

/** Translates a Group resource. Whatever it holds, the translation says so and never throws. */
final class GroupReader {
  private final GroupSpec spec;
  private final Problems problems = new Problems();

  private GroupReader(GroupSpec spec) {
    this.spec = spec;
  }

  static DeclaredGroup read(Group group) {
    var reader = new GroupReader(group.getSpec() == null ? GroupSpec.EMPTY : group.getSpec());
    GroupPolicy policy =
        reader.policy(Meta.annotation(group, Api.FORCE_ALL_ON_ANNOTATION).map(Hold::parse));
    return new DeclaredGroup(
        Meta.key(group),
        Meta.uid(group),
        Meta.generation(group),
        Meta.revision(group),
        Meta.deleting(group),
        Meta.inCharge(group),
        reader.problems.summary(),
        policy,
        GroupOrderStatus.read(group));
  }

  private GroupPolicy policy(Optional<Hold> forceAllOn) {
    OptionalInt minSize = size("spec.minSize", spec.minSize());
    OptionalInt maxSize = size("spec.maxSize", spec.maxSize());
    if (maxSize.isPresent() && minSize.orElse(0) > maxSize.getAsInt()) {
      problems.add("spec.minSize", "write a number that is not above maxSize");
      minSize = maxSize;
    }
    return new GroupPolicy(
        minSize.orElse(0),
        maxSize,
        Meta.texts(spec.nodeSelector()),
        NodeReader.timeouts(spec.timeouts(), problems),
        drainPolicy(),
        options(),
        HealthCheckReader.read(spec.healthCheck()),
        limits(),
        Boolean.TRUE.equals(spec.dryRun()),
        forceAllOn,
        PowerReader.wish(spec.power(), problems),
        problems.read("spec.providerIDTemplate", spec.providerIDTemplate(), InstanceIds::template),
        Optional.ofNullable(spec.template())
            .map(template -> TemplateReader.declared(template, problems)));
  }

  private SwitchLimits limits() {
    Optional<GroupSpec.PowerUps> powerUps = Optional.ofNullable(spec.powerUps());
    return new SwitchLimits(
        duration("spec.minOnTime", spec.minOnTime()),
        duration("spec.minOffTime", spec.minOffTime()),
        duration("spec.coolDown", spec.coolDown()),
        atOnce(powerUps.map(GroupSpec.PowerUps::atOnce).orElse(null)),
        duration("spec.powerUps.spacing", powerUps.map(GroupSpec.PowerUps::spacing).orElse(null)));
  }

  private OptionalInt atOnce(Integer number) {
    if (number != null && number < 1) {
      problems.add("spec.powerUps.atOnce", "write a number of at least 1, not " + number);
      return OptionalInt.of(1);
    }
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private OptionalInt size(String field, Integer size) {
    if (size == null) {
      return OptionalInt.empty();
    }
    if (size < 0) {
      problems.add(field, "write a number of at least 0, not " + size);
      return OptionalInt.empty();
    }
    return OptionalInt.of(size);
  }

  private DrainPolicy drainPolicy() {
    GroupSpec.Drain drain = spec.drain() == null ? GroupSpec.Drain.EMPTY : spec.drain();
    return new DrainPolicy(
        choice("spec.drainPolicy", spec.drainPolicy(), Overdue.FAIL),
        choice("spec.drain.localStorage", drain.localStorage(), LocalStorage.BLOCK),
        choice("spec.drain.unmanagedPods", drain.unmanagedPods(), UnmanagedPods.BLOCK),
        choice("spec.drain.daemonSetPods", drain.daemonSetPods(), DaemonSetPods.KEEP),
        choice("spec.kubernetesNodes", spec.kubernetesNodes(), NodeWhenOff.DELETE));
  }

  /** The value of that name; the standard one if the field is empty or holds no such name. */
  private <E extends Enum<E>> E choice(String field, String text, E standard) {
    return problems
        .read(field, Meta.present(text).orElse(null), name -> choice(name, standard))
        .orElse(standard);
  }

  private static <E extends Enum<E>> E choice(String name, E standard) {
    E[] values = standard.getDeclaringClass().getEnumConstants();
    return Stream.of(values)
        .filter(value -> word(value).equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(help(values) + ", not \"" + name + "\""));
  }

  private static String help(Enum<?>[] values) {
    return Stream.of(values)
        .map(GroupReader::word)
        .collect(Collectors.joining(" or ", "write ", ""));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private GroupPolicy.Options options() {
    return new GroupPolicy.Options(
        threshold("spec.scaleDownUtilizationThreshold", spec.scaleDownUtilizationThreshold()),
        threshold("spec.scaleDownGpuUtilizationThreshold", spec.scaleDownGpuUtilizationThreshold()),
        duration("spec.scaleDownUnneededTime", spec.scaleDownUnneededTime()),
        duration("spec.scaleDownUnreadyTime", spec.scaleDownUnreadyTime()),
        duration("spec.maxNodeProvisionTime", spec.maxNodeProvisionTime()),
        Optional.ofNullable(spec.zeroOrMaxNodeScaling()),
        Optional.ofNullable(spec.ignoreDaemonSetsUtilization()));
  }

  private OptionalDouble threshold(String field, String text) {
    return problems
        .read(field, text, Thresholds::parse)
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  private Optional<Duration> duration(String field, String text) {
    return problems.read(field, text, Durations::parse);
  }
}
