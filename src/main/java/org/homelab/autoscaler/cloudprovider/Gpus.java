package org.homelab.autoscaler.cloudprovider;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Template;

/** Knows the GPU types there are: those that Kubernetes nodes and templates are labelled with. */
final class Gpus {
  private Gpus() {}

  static Set<String> types(Fleet fleet, String label) {
    Stream<String> running =
        fleet.nodes().stream().map(KubernetesNode::labels).flatMap(labels -> of(labels.get(label)));
    Stream<Template> ofGroups =
        fleet.groups().stream().flatMap(group -> group.policy().template().stream());
    Stream<String> known =
        Stream.concat(ofGroups, fleet.machines().stream().flatMap(Gpus::templates))
            .map(Template::labels)
            .flatMap(labels -> of(labels.get(label)));
    Set<String> types = new TreeSet<>();
    Stream.concat(running, known).filter(type -> !type.isEmpty()).forEach(types::add);
    return types;
  }

  private static Stream<String> of(String label) {
    return Stream.ofNullable(label);
  }

  private static Stream<Template> templates(Machine machine) {
    return Stream.concat(machine.status().template().stream(), machine.template().stream());
  }
}
