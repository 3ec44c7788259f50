package org.homelab.autoscaler.kubernetes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.NodeTemplate;
import org.homelab.autoscaler.fleet.Labels;
import org.homelab.autoscaler.fleet.Taint;
import org.homelab.autoscaler.fleet.Template;

/** Translates what a Kubernetes node is to look like, or looked like. */
final class TemplateReader {
  private static final Set<String> EFFECTS = Set.of("NoSchedule", "PreferNoSchedule", "NoExecute");

  private TemplateReader() {}

  /** One that is remembered. */
  static Template remembered(NodeTemplate template) {
    return read(template, Meta.texts(template.labels()), Map.of(), Meta.taints(template.taints()));
  }

  /** One that an owner declares; what Kubernetes would not take is noted and left out. */
  static Template declared(NodeTemplate template, Problems problems) {
    Map<String, String> labels = keyed("labels", template.labels(), problems);
    if (labels.values().removeIf(value -> !Labels.value(value))) {
      problems.add("spec.template.labels", Labels.VALUE_HELP);
    }
    Map<String, String> annotations = keyed("annotations", template.annotations(), problems);
    if (annotations.keySet().removeIf(Api::reserved)) {
      problems.add("spec.template.annotations", Api.RESERVED_HELP);
    }
    List<Taint> given = Meta.taints(template.taints());
    List<Taint> taints = given.stream().filter(TemplateReader::possible).toList();
    if (taints.size() < given.size()) {
      problems.add("spec.template.taints", Labels.TAINT_HELP);
    }
    return read(template, labels, annotations, taints);
  }

  private static Map<String, String> keyed(
      String field, Map<String, String> entries, Problems problems) {
    var keyed = new HashMap<>(Meta.texts(entries));
    if (keyed.keySet().removeIf(key -> !Labels.key(key))) {
      problems.add("spec.template." + field, Labels.KEY_HELP);
    }
    return keyed;
  }

  private static boolean possible(Taint taint) {
    return Labels.key(taint.key())
        && Labels.value(taint.value())
        && EFFECTS.contains(taint.effect());
  }

  private static Template read(
      NodeTemplate template,
      Map<String, String> labels,
      Map<String, String> annotations,
      List<Taint> taints) {
    Map<String, String> capacity = Meta.amounts(template.capacity());
    Map<String, String> allocatable = Meta.amounts(template.allocatable());
    return new Template(
        labels,
        annotations,
        taints,
        capacity,
        allocatable.isEmpty() ? capacity : allocatable,
        Boolean.TRUE.equals(template.unschedulable()));
  }
}
