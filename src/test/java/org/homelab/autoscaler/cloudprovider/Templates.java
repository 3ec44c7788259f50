package org.homelab.autoscaler.cloudprovider;

import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.fleet.Taint;
import org.homelab.autoscaler.fleet.Template;

/** What Kubernetes nodes of the tests look like. */
final class Templates {
  private Templates() {}

  static Template worker(String cpu, String memory) {
    return worker(cpu, memory, Map.of(), List.of());
  }

  static Template worker(
      String cpu, String memory, Map<String, String> labels, List<Taint> taints) {
    Map<String, String> resources = Map.of("cpu", cpu, "memory", memory, "pods", "110");
    return new Template(labels, taints, resources, resources);
  }
}
