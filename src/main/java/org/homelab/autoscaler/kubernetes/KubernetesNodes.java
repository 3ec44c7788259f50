package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.DrainPolicy.NodeWhenOff;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Registration;
import org.homelab.autoscaler.power.Step;

/** Makes Kubernetes nodes ours when they join and deletes them when their machine is off. */
public final class KubernetesNodes {
  private final KubernetesClient client;
  private final FleetFeed feed;
  private final NodeEdits nodes;

  /** The Kubernetes nodes of that cluster. */
  public KubernetesNodes(KubernetesClient client, FleetFeed feed) {
    this.client = client;
    this.feed = feed;
    this.nodes = new NodeEdits(client, feed);
  }

  /**
   * Gives the Kubernetes node our labels, a provider id if it came without one, and what its owner
   * had put on it before it was deleted. One that was suspended, or that still has the cordon of a
   * power-off, and is Ready takes pods again.
   *
   * @throws NotOurs if it is a control-plane node or that of another machine
   */
  public void register(Step step) {
    boolean back =
        step.machine()
            .node()
            .filter(node -> node.ready() && (node.suspended() || node.cordonedByUs()))
            .isPresent();
    if (back) {
      becomeReady(step);
    } else {
      nodes.edit(step.machine(), node -> registered(node, step.machine()));
    }
  }

  /**
   * Like {@link #register}, and lets pods come: our cordon and the marks of a removal by the
   * Cluster Autoscaler go, and so do the taints that the owner wants gone and the condition
   * Suspended. A person's cordon stays.
   *
   * @throws NotOurs if it is a control-plane node or that of another machine
   */
  public void becomeReady(Step step) {
    nodes.edit(step.machine(), node -> opened(registered(node, step.machine()), step.machine()));
    nodes.editStatus(step.machine(), Suspension::without);
  }

  /** Tells the Cluster Autoscaler to leave the Kubernetes node on, or takes that back. */
  public void keep(Step step) {
    boolean stays = step.reason() != Reason.NOT_KEPT;
    nodes.edit(step.machine(), node -> stays ? NodeEdits.kept(node, step) : NodeEdits.unkept(node));
  }

  /**
   * Takes back whatever we did to the Kubernetes node: our labels, our cordon, our word to the
   * Cluster Autoscaler. One that is not there, or that carries another machine's name, is left
   * alone; so is every one in a dry run.
   *
   * @throws StaleLook if it is another one than was looked at
   */
  public void release(Step step) {
    if (!step.policy().dryRun()) {
      nodes.edit(step.machine(), node -> released(node, step.machine()));
    }
  }

  private static Node released(Node node, Machine machine) {
    boolean ours =
        machine.problem().filter(p -> p.code() == Machine.Problem.Code.DUPLICATE).isEmpty()
            && Meta.label(node, Api.NODE_LABEL)
                .map(JobLabels.shorten(machine.name())::equals)
                .orElse(true);
    if (!ours) {
      return node;
    }
    return NodeEdits.withoutMarks(NodeEdits.unkept(Cordons.giveBack(node, Instant.MIN)));
  }

  /**
   * Does the same before a machine is powered on, unless it may be running: then its Kubernetes
   * node has its pods, and it takes pods again once it is Ready.
   */
  public void forgetLeftOver(Step step) {
    if (step.machine().node().isEmpty() || step.nodeIsLeftOver()) {
      forget(step);
    }
  }

  /**
   * Deletes the Kubernetes node of a machine that is off, or suspends it where its owner wants it
   * kept; one that is gone is fine.
   *
   * @throws StaleLook if it is Ready, or another one than was looked at
   * @throws NotOurs if it is a control-plane node or that of another machine
   */
  public void forget(Step step) {
    Optional<Node> live = nodes.live(step.machine());
    if (live.isEmpty()) {
      step.machine().node().ifPresent(feed::kubernetesNodeGone);
      return;
    }
    Node node = nodes.sameAsSeen(step.machine(), live.get());
    checkOurs(node, step.machine());
    if (KubernetesNodeReader.ready(node)) {
      feed.wrote(node);
      throw new StaleLook("Kubernetes node " + Meta.key(node).name() + " is Ready again");
    }
    if (step.policy().drainPolicy().nodeWhenOff() == NodeWhenOff.KEEP) {
      nodes.editStatus(step.machine(), kept -> Suspension.with(kept, step.now()));
    } else {
      delete(node);
    }
  }

  private void delete(Node node) {
    try {
      client.resource(node).lockResourceVersion(Meta.revision(node)).delete();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        throw new StaleLook(
            "Kubernetes node " + Meta.key(node).name() + " has changed since it was looked at");
      }
      if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw refused;
      }
    }
    Node left = client.nodes().withName(Meta.key(node).name()).get();
    if (left == null || !Meta.uid(left).equals(Meta.uid(node))) {
      feed.kubernetesNodeGone(node);
    } else {
      feed.wrote(left);
    }
  }

  private static Node registered(Node node, Machine machine) {
    checkOurs(node, machine);
    KubernetesNode seen = KubernetesNodeReader.read(node);
    Node labelled = NodeEdits.withLabels(node, Registration.labels(seen, machine));
    Node annotated = NodeEdits.withAnnotations(labelled, Registration.annotations(machine));
    Node restored = NodeEdits.withTaints(annotated, Registration.taints(seen, machine));
    Node cordoned = Registration.cordon(seen, machine) ? Cordons.asAPerson(restored) : restored;
    return seen.providerId().isPresent()
        ? cordoned
        : NodeEdits.withProviderId(cordoned, machine.instanceId());
  }

  private static Node opened(Node node, Machine machine) {
    return NodeEdits.withoutTaints(Cordons.open(node), machine.spec().taintsToRemove());
  }

  private static void checkOurs(Node node, Machine machine) {
    KubernetesNode seen = KubernetesNodeReader.read(node);
    if (seen.controlPlane()) {
      throw new NotOurs(
          "Kubernetes node "
              + seen.name()
              + " is a control-plane node: delete Node "
              + machine.key()
              + " or fix its spec.kubernetesNodeName");
    }
    Registration.otherOwner(seen, machine)
        .ifPresent(
            owner -> {
              throw new NotOurs(Registration.otherOwnersWayOut(owner, seen, machine));
            });
  }
}
