package org.homelab.autoscaler.kubernetes;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupSpec;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.GroupPolicy;
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
    GroupPolicy policy = reader.policy();
    return new DeclaredGroup(
        Meta.key(group),
        Meta.uid(group),
        Meta.generation(group),
        Meta.revision(group),
        Meta.deleting(group),
        reader.problems.summary(),
        policy);
  }

  private GroupPolicy policy() {
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
        problems
            .read("spec.drainPolicy", spec.drainPolicy(), GroupReader::drainPolicy)
            .orElse(DrainPolicy.FAIL),
        options());
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

  private static DrainPolicy drainPolicy(String text) {
    return switch (text) {
      case "", "fail" -> DrainPolicy.FAIL;
      case "force" -> DrainPolicy.FORCE;
      default -> throw new IllegalArgumentException("write fail or force, not \"" + text + "\"");
    };
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
