package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;

/**
 * One kind of resource, and which of its objects, that an informer watches.
 *
 * @param name as written behind {@code k8s-informer:}
 * @param type class of the objects
 * @param namespace where to watch; empty for everywhere
 * @param labelSelector a Kubernetes label selector; empty for all objects
 * @param brief whether only the little of a pod is kept that counting it takes
 */
record WatchedResource<T extends HasMetadata>(
    String name,
    Class<T> type,
    Optional<String> namespace,
    Optional<String> labelSelector,
    boolean brief) {

  private enum Known {
    GROUPS("groups", Group.class),
    NODES("nodes", Node.class),
    KUBERNETES_NODES("kubernetes-nodes", io.fabric8.kubernetes.api.model.Node.class),
    JOBS("jobs", Job.class),
    PODS("pods", Pod.class);

    private final String path;
    private final Class<? extends HasMetadata> type;

    Known(String path, Class<? extends HasMetadata> type) {
      this.path = path;
      this.type = type;
    }
  }

  static WatchedResource<?> of(
      String name, Optional<String> namespace, Optional<String> labelSelector, boolean brief) {
    return Arrays.stream(Known.values())
        .filter(known -> known.path.equals(name))
        .findFirst()
        .<WatchedResource<?>>map(
            known -> new WatchedResource<>(name, known.type, namespace, labelSelector, brief))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "k8s-informer:"
                        + name
                        + " is not known; write one of "
                        + Arrays.stream(Known.values())
                            .map(known -> known.path)
                            .collect(Collectors.joining(", "))));
  }

  /** The requests that list and watch these objects. */
  FilterWatchListDeletable<T, KubernetesResourceList<T>, Resource<T>> in(KubernetesClient client) {
    MixedOperation<T, KubernetesResourceList<T>, Resource<T>> all = client.resources(type);
    FilterWatchListDeletable<T, KubernetesResourceList<T>, Resource<T>> there =
        namespaced() && namespace.isPresent()
            ? all.inNamespace(namespace.get())
            : all.inAnyNamespace();
    return labelSelector.isPresent() ? there.withLabelSelector(labelSelector.get()) : there;
  }

  /** Leaves out what nobody here looks at, most of the size of an object. */
  T lean(T object) {
    object.getMetadata().setManagedFields(writersOfCordons(object));
    if (brief && object instanceof Pod pod) {
      BriefPod.cut(pod);
    } else if (object instanceof io.fabric8.kubernetes.api.model.Node node) {
      BriefNode.cut(node);
    }
    return object;
  }

  /** Of a cordoned Kubernetes node it matters who has cordoned it; nothing else tells. */
  private static List<ManagedFieldsEntry> writersOfCordons(HasMetadata object) {
    boolean cordoned =
        object instanceof io.fabric8.kubernetes.api.model.Node node
            && node.getSpec() != null
            && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    return cordoned ? object.getMetadata().getManagedFields() : List.of();
  }

  /** What a person does about a Kubernetes API that does not know this kind. */
  String whenMissing() {
    return CustomResource.class.isAssignableFrom(type)
        ? "CRD " + fullName() + " is missing: kubectl apply -k kustomize/crd"
        : "the Kubernetes API has no " + fullName();
  }

  /** Plural and API group. */
  String fullName() {
    return HasMetadata.getFullResourceName(type);
  }

  /** How logs and health checks call it. */
  String label() {
    return "k8s-informer:" + name + labelSelector.map(selector -> "[" + selector + "]").orElse("");
  }

  private boolean namespaced() {
    return Namespaced.class.isAssignableFrom(type);
  }
}
