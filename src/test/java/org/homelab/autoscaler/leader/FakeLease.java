package org.homelab.autoscaler.leader;

import java.util.Optional;

/** A Lease as the Kubernetes API keeps it, with the faults that a test wants. */
final class FakeLease {
  Optional<LeaseRecord> lease = Optional.empty();
  private int version;

  /** The Lease as one replica sees it, over a wire of its own. */
  final class Wire implements LeaseStore {
    boolean cut;
    boolean losesAnswers;

    @Override
    public Optional<Seen> read() throws Unavailable {
      check(cut);
      return lease.map(found -> new Seen(found, Integer.toString(version)));
    }

    @Override
    public void create(LeaseRecord first) throws Conflict, Unavailable {
      write(lease.isEmpty(), first);
    }

    @Override
    public void replace(LeaseRecord next, String seen) throws Conflict, Unavailable {
      write(seen.equals(Integer.toString(version)), next);
    }

    private void write(boolean allowed, LeaseRecord next) throws Conflict, Unavailable {
      check(cut);
      if (!allowed) {
        throw new Conflict();
      }
      lease = Optional.of(next);
      version++;
      check(losesAnswers);
    }

    private void check(boolean fails) throws Unavailable {
      if (fails) {
        throw new Unavailable("no answer");
      }
    }
  }
}
