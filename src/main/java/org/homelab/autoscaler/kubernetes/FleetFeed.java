package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.homelab.autoscaler.api.Frugal;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.camel.Headers;
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Touched;

/**
 * The one way by which resources get into the {@link Fleet}: what watches deliver, and what we have
 * just written ourselves, so that the next decision does not wait for the watch. Keeps the
 * resources as they came, for those who write them back.
 */
public final class FleetFeed {
  private static final String DELETED = "DELETED";

  private final Fleet fleet;
  private final Revisions revisions = new Revisions();
  private final Map<ObjectKey, Node> machines = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Group> groups = new ConcurrentHashMap<>();

  /** A feed of that fleet. */
  public FleetFeed(Fleet fleet) {
    this.fleet = fleet;
  }

  /** A Group is there, has changed or is gone. */
  public synchronized Touched group(@Body Group group, @Header(Headers.ACTION) String action) {
    return DELETED.equals(action) ? groupGone(group) : take(group);
  }

  /** A Node is there, has changed or is gone. */
  public synchronized Touched machine(@Body Node node, @Header(Headers.ACTION) String action) {
    return DELETED.equals(action) ? machineGone(node) : take(node);
  }

  /** A Kubernetes node is there, has changed or is gone. */
  public synchronized Touched kubernetesNode(
      @Body io.fabric8.kubernetes.api.model.Node node, @Header(Headers.ACTION) String action) {
    return DELETED.equals(action) ? kubernetesNodeGone(node) : wrote(node);
  }

  /** A Job is there, has changed or is gone. */
  public synchronized Touched job(@Body Job job, @Header(Headers.ACTION) String action) {
    return DELETED.equals(action) ? jobGone(job) : wrote(job);
  }

  /** Whether what is known of an object is this very state of it. */
  private static <T extends HasMetadata> boolean unchanged(T known, T given) {
    return known != null
        && Meta.uid(known).equals(Meta.uid(given))
        && Meta.revision(known).equals(Meta.revision(given));
  }

  /**
   * The API server has just given us this Group. What the watch told before is kept, because the
   * watch keeps it too, and two copies of each would be twice the memory of a fleet.
   */
  synchronized Touched wrote(Group group) {
    return unchanged(groups.get(Meta.key(group)), group) ? Touched.NOTHING : take(group);
  }

  /** The same for a Node. */
  synchronized Touched wrote(Node node) {
    return unchanged(machines.get(Meta.key(node)), node) ? Touched.NOTHING : take(node);
  }

  private Touched take(Group group) {
    if (!revisions.current(group)) {
      return Touched.NOTHING;
    }
    groups.put(Meta.key(group), Frugal.of(group));
    return fleet.apply(GroupReader.read(group));
  }

  private Touched take(Node node) {
    if (!revisions.current(node)) {
      return Touched.NOTHING;
    }
    machines.put(Meta.key(node), Frugal.of(node));
    return fleet.apply(NodeReader.read(node));
  }

  /** The API server has just given us this Kubernetes node. */
  synchronized Touched wrote(io.fabric8.kubernetes.api.model.Node node) {
    return revisions.current(node) ? fleet.apply(KubernetesNodeReader.read(node)) : Touched.NOTHING;
  }

  /** The API server has just given us this Job. */
  synchronized Touched wrote(Job job) {
    return revisions.current(job)
        ? JobReader.read(job).map(fleet::apply).orElse(Touched.NOTHING)
        : Touched.NOTHING;
  }

  /** This Node is gone. */
  synchronized Touched machineGone(Node node) {
    revisions.gone(node);
    Node known = machines.get(Meta.key(node));
    if (known == null || !same(known, node)) {
      return Touched.NOTHING;
    }
    machines.remove(Meta.key(node));
    return fleet.removeMachine(Meta.key(node));
  }

  /** This Kubernetes node is gone. */
  synchronized Touched kubernetesNodeGone(io.fabric8.kubernetes.api.model.Node node) {
    revisions.gone(node);
    String name = Meta.key(node).name();
    Optional<KubernetesNode> known = fleet.node(name);
    return known.filter(current -> current.uid().equals(Meta.uid(node))).isPresent()
        ? fleet.removeNode(name)
        : Touched.NOTHING;
  }

  /** The API server no longer knows this Kubernetes node. */
  synchronized Touched kubernetesNodeGone(KubernetesNode node) {
    return fleet.node(node.name()).filter(node::equals).isPresent()
        ? fleet.removeNode(node.name())
        : Touched.NOTHING;
  }

  /** This Job is gone. */
  synchronized Touched jobGone(Job job) {
    revisions.gone(job);
    return JobReader.read(job).map(fleet::removeJob).orElse(Touched.NOTHING);
  }

  /** This Group is gone. */
  synchronized Touched groupGone(Group group) {
    revisions.gone(group);
    Group known = groups.get(Meta.key(group));
    if (known == null || !same(known, group)) {
      return Touched.NOTHING;
    }
    groups.remove(Meta.key(group));
    return fleet.removeGroup(Meta.key(group));
  }

  private static boolean same(HasMetadata one, HasMetadata other) {
    return Meta.uid(one).equals(Meta.uid(other));
  }

  /** The Node as last seen. */
  public Optional<Node> storedMachine(ObjectKey key) {
    return Optional.ofNullable(machines.get(key));
  }

  /** The annotations of that Node as last seen; none if it is gone. */
  public Map<String, String> annotations(ObjectKey key) {
    return storedMachine(key)
        .map(node -> Meta.texts(node.getMetadata().getAnnotations()))
        .orElse(Map.of());
  }

  /** The Group as last seen. */
  public Optional<Group> storedGroup(ObjectKey key) {
    return Optional.ofNullable(groups.get(key));
  }

  /** What the probe of that machine's recipe has last seen. */
  public Optional<DeviceReading> reading(ObjectKey key) {
    return fleet.reading(key);
  }
}
