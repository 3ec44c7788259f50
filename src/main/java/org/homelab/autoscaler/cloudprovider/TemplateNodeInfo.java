package org.homelab.autoscaler.cloudprovider;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.homelab.autoscaler.cloudprovider.wire.WireNode;
import org.homelab.autoscaler.cloudprovider.wire.WireNodeCondition;
import org.homelab.autoscaler.cloudprovider.wire.WireNodeSpec;
import org.homelab.autoscaler.cloudprovider.wire.WireNodeStatus;
import org.homelab.autoscaler.cloudprovider.wire.WireNodeSystemInfo;
import org.homelab.autoscaler.cloudprovider.wire.WireObjectMeta;
import org.homelab.autoscaler.cloudprovider.wire.WireQuantity;
import org.homelab.autoscaler.cloudprovider.wire.WireTaint;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Taint;
import org.homelab.autoscaler.fleet.Template;
import org.homelab.autoscaler.power.Registration;

/**
 * Draws the Kubernetes node that the group's next machine would be, from what is remembered of that
 * machine or declared for it; else from any other member.
 */
final class TemplateNodeInfo {
  private static final String OS = "kubernetes.io/os";
  private static final String ARCH = "kubernetes.io/arch";
  private static final String DEFAULT_OS = "linux";
  private static final List<String> TROUBLES =
      List.of("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable");

  private TemplateNodeInfo() {}

  /** A v1.Node in Kubernetes' own encoding. */
  static ByteString bytes(GroupView group) {
    return encode(node(group));
  }

  private static WireNode node(GroupView group) {
    List<Machine> candidates = candidates(group);
    return candidates.stream()
        .flatMap(machine -> drawn(group, machine, Shape.lasting(machine)).stream())
        .findFirst()
        .or(
            () ->
                candidates.stream()
                    .flatMap(machine -> drawn(group, machine, Shape.of(machine)).stream())
                    .findFirst())
        .orElseThrow(
            () ->
                new ProviderException.Unimplemented(
                    "no machine of group %s has joined yet, and neither its Nodes nor the Group declare spec.template with cpu and memory"
                        .formatted(group.id())));
  }

  private static List<Machine> candidates(GroupView group) {
    return Stream.concat(group.standing(Standing.AVAILABLE).stream(), group.members().stream())
        .map(Member::machine)
        .filter(machine -> machine.problem().isEmpty())
        .distinct()
        .toList();
  }

  private static Optional<WireNode> drawn(GroupView group, Machine machine, Optional<Shape> shape) {
    return shape.map(known -> draw(group, machine, known));
  }

  private static WireNode draw(GroupView group, Machine machine, Shape shape) {
    Template known = machine.status().template().orElse(shape.template());
    Template expected = Registration.expected(known, machine);
    Map<String, String> labels = new HashMap<>(expected.labels());
    labels.putIfAbsent(OS, DEFAULT_OS);
    return WireNode.newBuilder()
        .setMetadata(
            WireObjectMeta.newBuilder()
                .setName(group.snapshot().key().name() + "-template")
                .putAllLabels(labels))
        .setSpec(
            WireNodeSpec.newBuilder()
                .setProviderId(TemplateId.of(group.id()))
                .addAllTaints(expected.taints().stream().map(TemplateNodeInfo::taint).toList()))
        .setStatus(status(shape, labels))
        .build();
  }

  private static WireTaint taint(Taint taint) {
    return WireTaint.newBuilder()
        .setKey(taint.key())
        .setValue(taint.value())
        .setEffect(taint.effect())
        .build();
  }

  private static WireNodeStatus status(Shape shape, Map<String, String> labels) {
    WireNodeStatus.Builder status =
        WireNodeStatus.newBuilder()
            .putAllCapacity(quantities(shape.template().capacity()))
            .putAllAllocatable(quantities(shape.template().allocatable()))
            .addConditions(condition("Ready", "True"))
            .setNodeInfo(
                WireNodeSystemInfo.newBuilder()
                    .setOperatingSystem(labels.get(OS))
                    .setArchitecture(labels.getOrDefault(ARCH, "")));
    TROUBLES.forEach(trouble -> status.addConditions(condition(trouble, "False")));
    return status.build();
  }

  private static WireNodeCondition condition(String type, String status) {
    return WireNodeCondition.newBuilder().setType(type).setStatus(status).build();
  }

  private static Map<String, WireQuantity> quantities(Map<String, String> resources) {
    Map<String, WireQuantity> quantities = new TreeMap<>();
    resources.forEach(
        (resource, value) ->
            quantities.put(resource, WireQuantity.newBuilder().setString(value).build()));
    return quantities;
  }

  /** The same node gives the same bytes, so that CA's cache and our tests can compare them. */
  private static ByteString encode(WireNode node) {
    ByteString.Output bytes = ByteString.newOutput(node.getSerializedSize());
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      node.writeTo(out);
      out.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteString();
  }
}
