package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.PowerJob;

/**
 * Looks with the API server which machines a power Job or its pod may still switch: two lists,
 * however many machines there are. Jobs come first, so that whatever one has made until it is gone
 * is among the pods.
 */
public final class PowerPodsLeft implements Supplier<Predicate<Machine>> {
  private final KubernetesClient client;
  private final String namespace;

  /** What is switched, as the labels of a Job and its pods say. */
  private record Target(String namespace, String node) {
    static Target of(HasMetadata resource) {
      return new Target(
          Meta.key(resource).namespace(), Meta.label(resource, JobLabels.NODE).orElse(""));
    }
  }

  /**
   * Looks in that cluster.
   *
   * @param namespace where the Nodes lie; {@code *} for all
   */
  public PowerPodsLeft(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  @Override
  public Predicate<Machine> get() {
    Set<Target> switched = new HashSet<>();
    ours(client.batch().v1().jobs()).stream()
        .filter(job -> JobReader.read(job).filter(PowerJob::live).isPresent())
        .map(Target::of)
        .forEach(switched::add);
    ours(client.pods()).stream().filter(PowerStops::acts).map(Target::of).forEach(switched::add);
    return machine ->
        switched.contains(new Target(machine.key().namespace(), JobLabels.target(machine)));
  }

  private <T extends HasMetadata, L extends KubernetesResourceList<T>> List<T> ours(
      MixedOperation<T, L, ? extends Resource<T>> all) {
    return (namespace.equals("*") ? all.inAnyNamespace() : all.inNamespace(namespace))
        .withLabel(JobLabels.APP, JobLabels.APP_NAME)
        .list()
        .getItems();
  }
}
