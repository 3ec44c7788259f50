package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a pod may be evicted. A simple reading of PodDisruptionBudgets: expected are the selected
 * pods that are not going, healthy those of them that run.
 */
final class Disruptions {
  private Disruptions() {}

  /**
   * Why the pod may not be evicted now, in the words of Kubernetes; empty if it may.
   *
   * @param budgets of its namespace
   * @param pods of its namespace
   */
  static Optional<String> forbids(Pod pod, List<PodDisruptionBudget> budgets, List<Pod> pods) {
    if (!running(pod)) {
      return Optional.empty();
    }
    return budgets.stream()
        .filter(budget -> selects(budget.getSpec().getSelector(), pod))
        .flatMap(budget -> forbids(budget, pods).stream())
        .findFirst();
  }

  private static Optional<String> forbids(PodDisruptionBudget budget, List<Pod> pods) {
    List<Pod> expected =
        pods.stream()
            .filter(pod -> selects(budget.getSpec().getSelector(), pod) && !going(pod))
            .toList();
    long healthy = expected.stream().filter(Disruptions::running).count();
    int needed = needed(budget, expected.size());
    return healthy - 1 >= needed
        ? Optional.empty()
        : Optional.of(
            "The disruption budget %s needs %d healthy pods and has %d currently"
                .formatted(budget.getMetadata().getName(), needed, healthy));
  }

  private static int needed(PodDisruptionBudget budget, int expected) {
    IntOrString most = budget.getSpec().getMaxUnavailable();
    return most != null
        ? expected - scaled(most, expected)
        : scaled(budget.getSpec().getMinAvailable(), expected);
  }

  private static int scaled(IntOrString value, int whole) {
    if (value == null) {
      return 0;
    }
    if (value.getIntVal() != null) {
      return value.getIntVal();
    }
    int percent = Integer.parseInt(value.getStrVal().replace("%", "").trim());
    return (percent * whole + 99) / 100;
  }

  private static boolean running(Pod pod) {
    return !going(pod) && "Running".equals(pod.getStatus().getPhase());
  }

  private static boolean going(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null
        || List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
  }

  private static boolean selects(LabelSelector selector, Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    return labels.entrySet().containsAll(selector.getMatchLabels().entrySet())
        && selector.getMatchExpressions().stream().allMatch(term -> selects(term, labels));
  }

  private static boolean selects(LabelSelectorRequirement term, Map<String, String> labels) {
    String value = labels.getOrDefault(term.getKey(), "");
    boolean there = labels.containsKey(term.getKey());
    return switch (term.getOperator()) {
      case "In" -> there && term.getValues().contains(value);
      case "NotIn" -> !there || !term.getValues().contains(value);
      case "Exists" -> there;
      case "DoesNotExist" -> !there;
      default -> false;
    };
  }
}
