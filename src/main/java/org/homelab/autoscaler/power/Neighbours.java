package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a machine's next step owes to other machines: those of its group and those of its circuit.
 * Taken from one look at all of them.
 *
 * @param room how many more machines of the group may be on
 * @param groupPoweredOn when a machine of its group was powered on last
 * @param shares what it shares with others that limits how many are powered on together
 */
public record Neighbours(int room, Optional<Instant> groupPoweredOn, List<Share> shares) {
  public Neighbours {
    shares = List.copyOf(shares);
  }

  /** A machine that shares nothing with others. */
  public static Neighbours room(int room) {
    return new Neighbours(room, Optional.empty(), List.of());
  }

  /** What makes a power-on wait for its turn now, if anything does. */
  Optional<Decision> queue(Instant now) {
    return shares.stream().flatMap(share -> share.obstacle(now).stream()).findFirst();
  }
}
