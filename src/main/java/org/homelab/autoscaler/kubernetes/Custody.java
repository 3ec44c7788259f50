package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Machine.Problem.Code;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Registration;
import org.homelab.autoscaler.power.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps Nodes and Groups from vanishing while something of ours is still at their machines. */
public final class Custody {
  private static final Logger LOG = LoggerFactory.getLogger("custody");

  private final Fleet fleet;
  private final FleetFeed feed;
  private final PowerPolicy.Defaults defaults;
  private final Finalizers finalizers;

  /** Custody in that cluster. */
  public Custody(
      KubernetesClient client, Fleet fleet, FleetFeed feed, PowerPolicy.Defaults defaults) {
    this.fleet = fleet;
    this.feed = feed;
    this.defaults = defaults;
    this.finalizers = new Finalizers(client);
  }

  /**
   * From now on the Node goes only once its machine has been let go.
   *
   * @throws StaleLook if the Node has changed since the step's look
   */
  public void takeCharge(Step step) {
    feed.wrote(finalizers.put(seen(step)));
  }

  /**
   * The Node may go.
   *
   * @throws StaleLook if the Node has changed since the step's look
   */
  public void letGo(Step step) {
    Node seen = seen(step);
    finalizers.remove(seen).ifPresentOrElse(this::without, () -> feed.machineGone(seen));
    LOG.info(
        "machine={} let go: its Node is deleted, power is left as it is", step.machine().name());
  }

  /** What the API server gives back of an object that goes with this write still has a revision. */
  private void without(Node node) {
    if (Meta.orEmpty(node.getMetadata().getFinalizers()).isEmpty()) {
      feed.machineGone(node);
    } else {
      feed.wrote(node);
    }
  }

  private Node seen(Step step) {
    ObjectKey key = step.machine().key();
    return feed.storedMachine(key)
        .filter(node -> Meta.revision(node).equals(step.machine().declared().revision()))
        .orElseThrow(() -> new StaleLook(key + " has changed since it was looked at"));
  }

  /**
   * Keeps a Group that is there, and lets one go that is being deleted once nothing of ours is left
   * at its members.
   *
   * @throws StaleLook if the Group has changed meanwhile
   */
  public void group(ObjectKey key) {
    Optional<Group> stored = feed.storedGroup(key);
    Optional<GroupSnapshot> group = fleet.group(key);
    if (stored.isEmpty() || group.isEmpty()) {
      return;
    }
    boolean dryRun = defaults.dryRun() || group.get().policy().dryRun();
    boolean inCharge = group.get().declared().inCharge();
    if (!group.get().declared().deleting()) {
      if (!inCharge && !dryRun) {
        feed.wrote(finalizers.put(stored.get()));
      }
    } else if (inCharge && (dryRun || group.get().machines().stream().noneMatch(Custody::ours))) {
      finalizers
          .remove(stored.get())
          .filter(left -> !Meta.orEmpty(left.getMetadata().getFinalizers()).isEmpty())
          .ifPresentOrElse(feed::wrote, () -> feed.groupGone(stored.get()));
      LOG.info("group={} let go: its machines stay as they are", key.name());
    }
  }

  /** Whether we have yet to take back something from a machine whose group is being deleted. */
  private static boolean ours(Machine machine) {
    boolean handled = machine.problem().filter(p -> p.code() == Code.NO_GROUP).isPresent();
    return handled
        && !machine.declared().deleting()
        && (machine.status().progress() == Progress.SHUTTING_DOWN
            || machine.node().filter(node -> Registration.marked(node, machine)).isPresent());
  }
}
