package org.homelab.autoscaler.energy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The energy that the machines of a group have used. It is written down now and then; between two
 * entries each machine counts with what it drew at the first. A gap that is longer than {@link
 * #LONGEST_GAP}, when nobody was there to look, is not counted, for nobody knows what happened in
 * it.
 *
 * @param since when the account began
 * @param at the last entry
 * @param joules used until then
 * @param spared joules that machines which were off would have used idling
 * @param machines by name
 * @param days the last days, oldest first
 */
public record Account(
    Instant since,
    Instant at,
    double joules,
    double spared,
    Map<String, Share> machines,
    List<Day> days) {
  /** Longest time between two entries that is counted. */
  public static final Duration LONGEST_GAP = Duration.ofMinutes(5);

  /** Days that are kept. */
  public static final int LONGEST_DIARY = 31;

  private static final double MILLIS = 1000;

  public Account {
    machines = Map.copyOf(machines);
    days = List.copyOf(days);
  }

  /**
   * One machine's part.
   *
   * @param joules used until the last entry
   * @param watts drawn since
   * @param sparedWatts spared since
   */
  public record Share(double joules, double watts, double sparedWatts) {}

  /** What one day of the calendar came to. */
  public record Day(LocalDate date, double joules, double spared) {}

  /** An account that begins now. */
  public static Account open(Map<String, Draw> draws, Instant now) {
    return new Account(now, now, 0, 0, shares(Map.of(), draws, 0), List.of());
  }

  /** The account with an entry of now: what was drawn until now, and what is drawn from now on. */
  public Account enter(Map<String, Draw> draws, Instant now, ZoneId zone) {
    Duration gap = Duration.between(at, now);
    boolean counted = !gap.isNegative() && gap.compareTo(LONGEST_GAP) <= 0;
    double seconds = counted ? gap.toMillis() / MILLIS : 0;
    double used = machines.values().stream().mapToDouble(Share::watts).sum() * seconds;
    double saved = machines.values().stream().mapToDouble(Share::sparedWatts).sum() * seconds;
    return new Account(
        since,
        now,
        joules + used,
        spared + saved,
        shares(machines, draws, seconds),
        diary(LocalDate.ofInstant(now, zone), used, saved));
  }

  /** Watts drawn since the last entry. */
  public double watts() {
    return machines.values().stream().mapToDouble(Share::watts).sum();
  }

  /** Watts spared since the last entry. */
  public double sparedWatts() {
    return machines.values().stream().mapToDouble(Share::sparedWatts).sum();
  }

  private static Map<String, Share> shares(
      Map<String, Share> before, Map<String, Draw> draws, double seconds) {
    Map<String, Share> shares = new TreeMap<>();
    draws.forEach(
        (name, draw) -> {
          Share known = before.getOrDefault(name, new Share(0, 0, 0));
          shares.put(
              name,
              new Share(known.joules() + known.watts() * seconds, draw.watts(), draw.spared()));
        });
    return shares;
  }

  private List<Day> diary(LocalDate today, double used, double saved) {
    List<Day> diary = new ArrayList<>(days);
    Day last = diary.isEmpty() ? null : diary.get(diary.size() - 1);
    if (last != null && last.date().equals(today)) {
      diary.set(diary.size() - 1, new Day(today, last.joules() + used, last.spared() + saved));
    } else {
      diary.add(new Day(today, used, saved));
    }
    return diary.subList(Math.max(0, diary.size() - LONGEST_DIARY), diary.size());
  }
}
