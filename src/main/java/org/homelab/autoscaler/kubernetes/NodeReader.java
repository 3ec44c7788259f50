package org.homelab.autoscaler.kubernetes;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeSpec;
import org.homelab.autoscaler.api.PowerPodSpec;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.api.Timeouts;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.MachineSpec;
import org.homelab.autoscaler.fleet.OrderMark;
import org.homelab.autoscaler.fleet.PowerTimeouts;
import org.homelab.autoscaler.fleet.PowerWish;
import org.homelab.autoscaler.fleet.Price;

/** Translates a Node resource. Whatever it holds, the translation says so and never throws. */
final class NodeReader {
  private static final String PRICE_HELP =
      "write a decimal number of at least 0 in quotes, such as \"0.25\"";

  private NodeReader() {}

  static Declared read(Node node) {
    var problems = new Problems();
    MachineSpec spec = spec(node, problems);
    return new Declared(
        Meta.key(node),
        Meta.uid(node),
        Meta.createdAt(node),
        Meta.generation(node),
        Meta.revision(node),
        Meta.labels(node),
        Meta.label(node, Api.GROUP_LABEL),
        Meta.annotation(node, Api.HOLD_ANNOTATION).map(Hold::parse),
        Meta.annotation(node, Api.RELEASE_ANNOTATION),
        Meta.annotation(node, Api.MAINTENANCE_ANNOTATION).map(Hold::parse),
        Meta.annotation(node, Api.KEEP_ON_ANNOTATION).map(Hold::parse),
        Meta.annotation(node, Api.GIVEN_UP_ANNOTATION),
        Meta.deleting(node),
        Meta.inCharge(node),
        problems.summary(),
        PowerSpec.fingerprint(node.getSpec()),
        spec,
        NodeStatuses.read(node.getStatus()),
        Meta.annotation(node, Api.ORDER_ANNOTATION).flatMap(OrderMark::parse));
  }

  private static MachineSpec spec(Node node, Problems problems) {
    NodeSpec spec = node.getSpec();
    if (spec == null) {
      problems.add("spec", "missing: write at least powerState and kubernetesNodeName");
      return new MachineSpec(
          PowerState.OFF,
          unknown(node),
          Optional.empty(),
          PowerTimeouts.NONE,
          Optional.empty(),
          Set.of(),
          Optional.empty());
    }
    PowerWish power = PowerReader.machine(spec, problems);
    if (power.podSpecs()) {
      pod("spec.startupPodSpec", spec.startupPodSpec(), problems);
      pod("spec.shutdownPodSpec", spec.shutdownPodSpec(), problems);
    }
    return new MachineSpec(
        desired(spec, problems),
        nodeName(node, problems),
        Meta.present(spec.providerID()),
        timeouts(spec.timeouts(), problems),
        price(spec.pricing(), problems),
        Meta.taints(spec.taintsToRemove()).stream()
            .map(taint -> taint.key())
            .collect(Collectors.toSet()),
        Optional.ofNullable(spec.template())
            .map(template -> TemplateReader.declared(template, problems)),
        HealthCheckReader.read(spec.healthCheck()),
        Meta.present(spec.circuit()),
        power);
  }

  private static PowerState desired(NodeSpec spec, Problems problems) {
    if (spec.powerState() == null) {
      problems.add("spec.powerState", "write \"on\" or \"off\", in quotes");
      return PowerState.OFF;
    }
    return spec.powerState();
  }

  private static String nodeName(Node node, Problems problems) {
    Optional<String> name = Meta.present(node.getSpec().kubernetesNodeName());
    if (name.isEmpty()) {
      problems.add("spec.kubernetesNodeName", "write the name that kubectl get nodes shows");
    }
    return name.orElseGet(() -> unknown(node));
  }

  /** A name that no Kubernetes node has, so that two nameless machines are not taken for one. */
  private static String unknown(Node node) {
    return Meta.key(node).toString();
  }

  private static void pod(String field, PowerPodSpec pod, Problems problems) {
    if (pod == null || Meta.present(pod.image()).isEmpty()) {
      problems.add(field + ".image", "write the image of the pod that switches the machine");
    }
  }

  static PowerTimeouts timeouts(Timeouts timeouts, Problems problems) {
    if (timeouts == null) {
      return PowerTimeouts.NONE;
    }
    return new PowerTimeouts(
        problems.read("spec.timeouts.startup", timeouts.startup(), Durations::parse),
        problems.read("spec.timeouts.shutdown", timeouts.shutdown(), Durations::parse),
        problems.read("spec.timeouts.drain", timeouts.drain(), Durations::parse));
  }

  private static Optional<Price> price(NodeSpec.Pricing pricing, Problems problems) {
    if (pricing == null) {
      return Optional.empty();
    }
    Optional<BigDecimal> hourly =
        problems.read("spec.pricing.hourlyRate", orZero(pricing.hourlyRate()), NodeReader::rate);
    Optional<BigDecimal> pod =
        problems.read("spec.pricing.podRate", orZero(pricing.podRate()), NodeReader::rate);
    return hourly.flatMap(machine -> pod.map(rate -> new Price(machine, rate)));
  }

  private static String orZero(String rate) {
    return rate == null ? "0" : rate;
  }

  private static BigDecimal rate(String text) {
    try {
      var rate = new BigDecimal(text.strip());
      if (rate.signum() >= 0 && rate.precision() - rate.scale() <= 32 && rate.scale() <= 32) {
        return rate;
      }
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(PRICE_HELP + ", not \"" + text + "\"", noNumber);
    }
    throw new IllegalArgumentException(PRICE_HELP + ", not \"" + text + "\"");
  }
}
