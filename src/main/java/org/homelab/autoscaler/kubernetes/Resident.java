package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;

/**
 * A pod that must leave a machine before its power goes.
 *
 * @param why what keeps it, in words; empty if nothing is known to
 */
record Resident(Pod pod, Fate fate, String why) {
  /** What is to be done about a pod; the first ones are told first. */
  enum Fate {
    /** The owner of the group, or of the pod, does not want it evicted. */
    BLOCKS,
    /** It may be evicted. */
    LEAVES,
    /** It goes by itself, or will be asked to later. */
    WAITS
  }
}
