package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.homelab.autoscaler.api.PowerState;

/**
 * The latest order for a group: which of its machines shall become what, and whether that holds.
 * Persisted in the Group's status, whose resourceVersion makes orders follow one another across all
 * replicas.
 *
 * @param number counts the orders of the group's life, from 1
 * @param by who writes it; no two tries of an order have the same
 * @param desired what all its machines shall become
 * @param machines names of the Nodes that it writes
 * @param at when it was begun
 * @param takenBack numbers of the last orders that came to nothing, oldest first
 */
public record Order(
    long number,
    String by,
    Phase phase,
    PowerState desired,
    Set<String> machines,
    Instant at,
    List<Long> takenBack) {
  private static final int REMEMBERED = 8;

  public Order {
    machines = Set.copyOf(machines);
    takenBack = List.copyOf(takenBack);
  }

  /** How far an order is. The texts are those of status.order.phase. */
  public enum Phase {
    /** Its Nodes are being written; none of them is acted on. */
    WRITING("Writing"),
    /** It holds. */
    COMMITTED("Committed"),
    /** What it wrote is being undone; it can no longer come to hold. */
    TAKING_BACK("TakingBack"),
    /** It came to nothing. */
    TAKEN_BACK("TakenBack");

    private final String text;

    Phase(String text) {
      this.text = text;
    }

    /** The value in status.order.phase. */
    public String text() {
      return text;
    }

    /** The phase of that text; an unknown one may yet be taken back. */
    public static Phase of(String text) {
      for (Phase phase : values()) {
        if (phase.text.equals(text)) {
          return phase;
        }
      }
      return WRITING;
    }
  }

  /** Whether nothing more will be written for it. */
  public boolean over() {
    return switch (phase) {
      case COMMITTED, TAKEN_BACK -> true;
      case WRITING, TAKING_BACK -> false;
    };
  }

  /** Whether the order of that number is known to hold; a later one than this is not known. */
  public boolean committed(long earlier) {
    return earlier == number
        ? phase == Phase.COMMITTED
        : earlier < number && !takenBack.contains(earlier);
  }

  /** This order in another phase. */
  public Order in(Phase phase) {
    return new Order(number, by, phase, desired, machines, at, forgotten(phase));
  }

  private List<Long> forgotten(Phase phase) {
    if (phase != Phase.TAKEN_BACK || takenBack.contains(number)) {
      return takenBack;
    }
    List<Long> all = new ArrayList<>(takenBack);
    all.add(number);
    return all.subList(Math.max(0, all.size() - REMEMBERED), all.size());
  }

  /** Names of its machines, for messages. */
  public String names() {
    return String.join(", ", new TreeSet<>(machines));
  }
}
