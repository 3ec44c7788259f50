package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.cloudprovider.GroupSizes;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.ConditionValue;
import org.homelab.autoscaler.power.Conditions;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Stay;

/** The one writer of a Group's status: its machines counted, its sizes, its health. */
public final class GroupStatusWriter {
  private static final int TRIES = 5;

  private final KubernetesClient client;
  private final Fleet fleet;
  private final FleetFeed feed;
  private final PowerPolicy.Defaults defaults;
  private final EnergyBook energy;
  private final GroupTranscript transcript;
  private final Clock clock;

  /**
   * A writer.
   *
   * @param defaults the rules that say whether a failed machine counts
   * @param energy what the machines draw
   * @param events where it is told what becomes of groups
   */
  public GroupStatusWriter(
      KubernetesClient client,
      Fleet fleet,
      FleetFeed feed,
      PowerPolicy.Defaults defaults,
      EnergyBook energy,
      Events events,
      Clock clock) {
    this.client = client;
    this.fleet = fleet;
    this.feed = feed;
    this.defaults = defaults;
    this.energy = energy;
    this.transcript = new GroupTranscript(events);
    this.clock = clock;
  }

  /**
   * Writes what is so of that group, unless it is stored already or the group is gone. Orders are
   * written into the same status, so that it changes often while nothing is wrong.
   *
   * @throws StaleLook if the Group keeps changing
   */
  public void write(ObjectKey key) {
    for (int left = TRIES; !written(key); left--) {
      if (left == 1) {
        throw new StaleLook("Group " + key + " keeps changing");
      }
      Optional.ofNullable(
              client.resources(Group.class).inNamespace(key.namespace()).withName(key.name()).get())
          .ifPresent(feed::wrote);
    }
  }

  private boolean written(ObjectKey key) {
    Optional<Group> stored = feed.storedGroup(key);
    Optional<GroupSnapshot> snapshot = fleet.group(key);
    return stored.isEmpty() || snapshot.isEmpty() || written(snapshot.get(), stored.get());
  }

  private boolean written(GroupSnapshot snapshot, Group stored) {
    Instant now = clock.instant();
    GroupStatus status = status(snapshot, stored.getStatus(), now);
    if (status.equals(stored.getStatus())) {
      return true;
    }
    try {
      feed.wrote(StatusPatch.write(client, new Group(), stored, status));
      transcript.tell(stored, status, now);
      return true;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        feed.groupGone(stored);
        return true;
      }
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw refused;
    }
  }

  private GroupStatus status(GroupSnapshot group, GroupStatus stored, Instant now) {
    GroupSizes sizes = GroupSizes.of(group, defaults, now);
    return new GroupStatus(
        health(group),
        sizes.min(),
        sizes.max(),
        sizes.target(),
        counts(group, sizes.target(), now),
        group.declared().generation(),
        conditions(group, stored, now),
        energy.entry(group, stored == null ? null : stored.energy()),
        stored == null ? null : stored.order());
  }

  private static String health(GroupSnapshot group) {
    long wanted = count(group, Machine::desiredOn);
    long ready = count(group, machine -> machine.desiredOn() && machine.nodeReady());
    if (ready == 0) {
      return "offline";
    }
    return ready == wanted ? "healthy" : "unknown";
  }

  private static GroupStatus.Counts counts(GroupSnapshot group, int target, Instant now) {
    return new GroupStatus.Counts(
        group.machines().size(),
        target,
        count(group, Machine::nodeReady),
        count(group, machine -> machine.status().progress() == Progress.STARTING_UP),
        count(group, machine -> machine.status().progress() == Progress.SHUTTING_DOWN),
        count(group, GroupStatusWriter::off),
        count(group, machine -> machine.status().failure().isPresent()),
        count(group, machine -> spokenFor(machine, now)));
  }

  private static boolean spokenFor(Machine machine, Instant now) {
    return machine.hold(now).isPresent() || machine.maintenance(now).isPresent();
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

  private List<Condition> conditions(GroupSnapshot group, GroupStatus stored, Instant now) {
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
    ConditionValue healthCheck = Conditions.healthCheck(group.policy().healthCheck());
    conditions.set(
        healthCheck.type(),
        healthCheck.status(),
        healthCheck.reason().code(),
        healthCheck.message());
    ready(group, conditions);
    told(conditions, "ForcedOn", group.policy().forceAllOn(now).map(Stay::forced));
    told(
        conditions,
        Conditions.DRY_RUN,
        defaults.dryRun() || group.policy().dryRun()
            ? Optional.of(Reason.DRY_RUN.sentence())
            : Optional.empty());
    told(
        conditions,
        "Deleting",
        group.declared().deleting()
            ? Optional.of("The Group goes once nothing of ours is left at its members.")
            : Optional.empty());
    return conditions.list();
  }

  private static void ready(GroupSnapshot group, StatusConditions conditions) {
    int wanted = count(group, Machine::desiredOn);
    int ready = count(group, machine -> machine.desiredOn() && machine.nodeReady());
    String numbers = "%d of %d machines that are wanted on are Ready.".formatted(ready, wanted);
    if (ready == wanted) {
      conditions.set("Ready", true, "AsWanted", numbers);
    } else {
      boolean failed =
          count(group, machine -> machine.desiredOn() && machine.status().failure().isPresent())
              > 0;
      conditions.set("Ready", false, failed ? "Failures" : "NotThereYet", numbers);
    }
  }

  /** A condition that is there only while it holds. */
  private static void told(StatusConditions conditions, String type, Optional<String> words) {
    words.ifPresentOrElse(
        text -> conditions.set(type, true, type, text), () -> conditions.without(type));
  }
}
