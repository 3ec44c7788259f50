package org.homelab.autoscaler.cloudprovider;

import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Order;

/**
 * The stored Groups and Nodes, as orders read and write them. Each write holds only if the object
 * is still at the revision that was seen. What a call gives back is in the fleet before it returns.
 */
public interface Ledger {
  /** The Group as it is stored now; nothing if it is gone. */
  Optional<DeclaredGroup> group(ObjectKey key);

  /**
   * Makes that the latest order for the group.
   *
   * @return the Group as it is now
   * @throws Failed if that was not done, or is not known to be done
   */
  DeclaredGroup write(DeclaredGroup seen, Order order);

  /** The Node as it is stored now; nothing if it is gone. */
  Optional<Declared> machine(ObjectKey key);

  /**
   * Writes a Node's powerState, and which order it is from.
   *
   * @return the Node as it is now
   * @throws Failed if that was not done, or is not known to be done
   */
  Declared write(ObjectKey machine, String revision, Entry entry);

  /** Reads all members of the group anew. */
  void refresh(DeclaredGroup group);

  /**
   * What is written into a Node.
   *
   * @param mark text of the order's mark
   * @param why who asked for it and how; as before when absent
   * @param lost number of the power-on that is given up with it
   */
  record Entry(PowerState desired, String mark, Optional<String> why, Optional<Integer> lost) {
    /** One that gives no power-on up. */
    public Entry(PowerState desired, String mark, Optional<String> why) {
      this(desired, mark, why, Optional.empty());
    }
  }

  /** Something was not read or written, or may not have been. */
  abstract sealed class Failed extends RuntimeException permits Changed, Refused, Unanswered {
    private static final long serialVersionUID = 1L;

    private Failed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The object is gone or no longer at the revision that was seen; nothing was written. */
  final class Changed extends Failed {
    private static final long serialVersionUID = 1L;

    public Changed(String message) {
      super(message, null);
    }
  }

  /** The API server takes no such write; nothing was written. */
  final class Refused extends Failed {
    private static final long serialVersionUID = 1L;

    public Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** There was no answer: whether it was written, or will be yet, is not known. */
  final class Unanswered extends Failed {
    private static final long serialVersionUID = 1L;

    public Unanswered(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
