package org.homelab.autoscaler.leader;

import java.util.Optional;

/** Where the Lease is kept. Each method asks once and fails soon. */
public interface LeaseStore {
  /**
   * A Lease as it was read.
   *
   * @param version changes with every write
   */
  record Seen(LeaseRecord lease, String version) {}

  /** Somebody else has written meanwhile, so nothing was. */
  final class Conflict extends Exception {
    private static final long serialVersionUID = 1L;

    /** A conflict. */
    public Conflict() {
      super("somebody else has written the Lease", null, false, false);
    }
  }

  /** The store does not do as it is asked; whether a write took effect is not known. */
  final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong and, where there is something to do, what. */
    public Unavailable(String message) {
      super(message, null, false, false);
    }
  }

  /** The Lease, if there is one. */
  Optional<Seen> read() throws Unavailable;

  /** Writes the first one. */
  void create(LeaseRecord lease) throws Conflict, Unavailable;

  /** Writes in the place of the one of that version. */
  void replace(LeaseRecord lease, String version) throws Conflict, Unavailable;
}
