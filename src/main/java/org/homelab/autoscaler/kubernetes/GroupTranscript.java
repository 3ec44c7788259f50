package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.power.Conditions;
import org.homelab.autoscaler.power.GroupNews;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what becomes of a Group once: a line in the log and an Event on it. */
final class GroupTranscript {
  private static final Logger LOG = LoggerFactory.getLogger("groups");

  private final Events events;

  GroupTranscript(Events events) {
    this.events = events;
  }

  /**
   * Tells what is new in a status that has just been written.
   *
   * @param before the Group with the status that was replaced
   */
  void tell(Group before, GroupStatus now, Instant at) {
    health(before.getStatus(), now)
        .ifPresent(news -> tell(before, news, message(now, Conditions.READY), at));
    turn(before, now, "Valid", true, GroupNews.SPEC_VALID, GroupNews.SPEC_INVALID, at);
    turn(before, now, "ForcedOn", false, GroupNews.FORCED_ON, GroupNews.NOT_FORCED_ON, at);
    turn(before, now, Conditions.DRY_RUN, false, GroupNews.DRY_RUN, GroupNews.NO_DRY_RUN, at);
    if (holds(now, "Deleting", false) && !holds(before.getStatus(), "Deleting", false)) {
      tell(before, GroupNews.DELETING, GroupNews.DELETING.sentence(), at);
    }
  }

  private static Optional<GroupNews> health(GroupStatus before, GroupStatus now) {
    boolean first = before == null || before.health() == null;
    GroupNews news = health(now);
    return first || news == health(before) ? Optional.empty() : Optional.of(news);
  }

  private static GroupNews health(GroupStatus status) {
    if (failures(status)) {
      return GroupNews.FAILURES;
    }
    return switch (status.health()) {
      case "healthy" -> GroupNews.HEALTHY;
      case "offline" -> GroupNews.OFFLINE;
      default -> GroupNews.UNKNOWN;
    };
  }

  private static boolean failures(GroupStatus status) {
    return condition(status, Conditions.READY)
        .filter(ready -> "Failures".equals(ready.getReason()))
        .isPresent();
  }

  private void turn(
      Group before,
      GroupStatus now,
      String type,
      boolean standard,
      GroupNews on,
      GroupNews off,
      Instant at) {
    boolean holds = holds(now, type, standard);
    if (holds != holds(before.getStatus(), type, standard)) {
      GroupNews news = holds ? on : off;
      tell(
          before,
          news,
          condition(now, type).map(Condition::getMessage).orElse(news.sentence()),
          at);
    }
  }

  private void tell(Group group, GroupNews news, String message, Instant at) {
    String line = "group={} reason={} message=\"{}\"";
    if (news.warning()) {
      LOG.warn(line, Meta.key(group).name(), news.code(), message);
    } else {
      LOG.info(line, Meta.key(group).name(), news.code(), message);
    }
    events.tell(group, news, Meta.revision(group), message, at);
  }

  private static boolean holds(GroupStatus status, String type, boolean standard) {
    return condition(status, type)
        .map(condition -> "True".equals(condition.getStatus()))
        .orElse(standard);
  }

  private static String message(GroupStatus status, String type) {
    return condition(status, type).map(Condition::getMessage).orElse("");
  }

  private static Optional<Condition> condition(GroupStatus status, String type) {
    return Optional.ofNullable(status).stream()
        .flatMap(known -> Meta.orEmpty(known.conditions()).stream())
        .filter(condition -> Objects.equals(type, condition.getType()))
        .findFirst();
  }
}
