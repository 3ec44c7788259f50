package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.cloudprovider.GroupSizes;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.PowerPolicy;

/** The one writer of a Group's status: its machines counted, its sizes, its health. */
public final class GroupStatusWriter {
  private final KubernetesClient client;
  private final Fleet fleet;
  private final FleetFeed feed;
  private final PowerPolicy.Defaults defaults;
  private final Clock clock;

  /**
   * A writer.
   *
   * @param defaults the rules that say whether a failed machine counts
   */
  public GroupStatusWriter(
      KubernetesClient client,
      Fleet fleet,
      FleetFeed feed,
      PowerPolicy.Defaults defaults,
      Clock clock) {
    this.client = client;
    this.fleet = fleet;
    this.feed = feed;
    this.defaults = defaults;
    this.clock = clock;
  }

  /**
   * Writes what is so of that group, unless it is stored already or the group is gone.
   *
   * @throws StaleLook if the Group has changed meanwhile
   */
  public void write(ObjectKey key) {
    fleet
        .group(key)
        .ifPresent(snapshot -> feed.storedGroup(key).ifPresent(stored -> write(snapshot, stored)));
  }

  private void write(GroupSnapshot snapshot, Group stored) {
    GroupStatus status = status(snapshot, stored.getStatus(), clock.instant());
    if (status.equals(stored.getStatus())) {
      return;
    }
    try {
      feed.wrote(StatusPatch.replace(client, stored, status));
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        feed.groupGone(stored);
      } else if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        throw new StaleLook("Group " + snapshot.key() + " has changed since it was looked at");
      } else {
        throw refused;
      }
    }
  }

  private GroupStatus status(GroupSnapshot group, GroupStatus stored, Instant now) {
    GroupSizes sizes = GroupSizes.of(group, defaults, now);
    return new GroupStatus(
        health(group),
        sizes.min(),
        sizes.max(),
        sizes.target(),
        counts(group, now),
        group.declared().generation(),
        conditions(group, stored, now));
  }

  private static String health(GroupSnapshot group) {
    long wanted = count(group, Machine::desiredOn);
    long ready = count(group, machine -> machine.desiredOn() && machine.nodeReady());
    if (ready == 0) {
      return "offline";
    }
    return ready == wanted ? "healthy" : "unknown";
  }

  private static GroupStatus.Counts counts(GroupSnapshot group, Instant now) {
    return new GroupStatus.Counts(
        group.machines().size(),
        count(group, Machine::nodeReady),
        count(group, machine -> machine.status().progress() == Progress.STARTING_UP),
        count(group, machine -> machine.status().progress() == Progress.SHUTTING_DOWN),
        count(group, GroupStatusWriter::off),
        count(group, machine -> machine.status().failure().isPresent()),
        count(group, machine -> machine.hold(now).isPresent()));
  }

  private static boolean off(Machine machine) {
    return switch (machine.status().progress()) {
      case NEW, SHUTDOWN -> !machine.nodeReady();
      case STARTING_UP, READY, SHUTTING_DOWN -> false;
    };
  }

  private static int count(GroupSnapshot group, Predicate<Machine> which) {
    return (int) group.machines().stream().filter(which).count();
  }

  private static List<Condition> conditions(GroupSnapshot group, GroupStatus stored, Instant now) {
    var conditions =
        new StatusConditions(
            stored == null ? List.of() : stored.conditions(), group.declared().generation(), now);
    conditions.set("Loaded", true, "GroupLoaded", "The Group is known and its Nodes are watched.");
    group
        .declared()
        .invalid()
        .ifPresentOrElse(
            why -> conditions.set("Valid", false, "InvalidSpec", why),
            () -> conditions.set("Valid", true, "SpecRead", "Every field can be read."));
    return conditions.list();
  }
}
