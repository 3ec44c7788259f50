package org.homelab.autoscaler.cloudprovider;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.homelab.autoscaler.fleet.GroupSnapshot;

/**
 * Something that is made from a group and asked for much more often than the group changes. It is
 * kept as long as the group has not changed, for a second at most, because holds, back-offs and
 * prices of an hour end by themselves.
 */
final class PerGroup<T> {
  private static final Duration LASTS = Duration.ofSeconds(1);

  private final BiFunction<GroupSnapshot, Instant, T> make;
  private final Clock clock;
  private final Map<String, Kept<T>> kept = new ConcurrentHashMap<>();

  /** What is made from a group, and from when until when it holds. */
  record Kept<T>(GroupSnapshot group, Instant made, Instant until, T value) {
    boolean holds(GroupSnapshot now, Instant time) {
      return group == now && !time.isBefore(made) && time.isBefore(until);
    }
  }

  PerGroup(BiFunction<GroupSnapshot, Instant, T> make, Clock clock) {
    this.make = make;
    this.clock = clock;
  }

  T of(GroupSnapshot group) {
    return of(group, clock.instant()).value();
  }

  Kept<T> of(GroupSnapshot group, Instant now) {
    Kept<T> known = kept.get(group.id());
    if (known != null && known.holds(group, now)) {
      return known;
    }
    Kept<T> made = new Kept<>(group, now, now.plus(LASTS), make.apply(group, now));
    kept.put(group.id(), made);
    return made;
  }

  /** These are all groups there are; what was kept of others goes. */
  void keepOnly(Collection<GroupSnapshot> groups) {
    if (kept.size() > groups.size()) {
      kept.keySet().retainAll(groups.stream().map(GroupSnapshot::id).collect(Collectors.toSet()));
    }
  }
}
