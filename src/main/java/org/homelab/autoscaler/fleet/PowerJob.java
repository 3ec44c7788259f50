package org.homelab.autoscaler.fleet;

import java.time.Instant;

/**
 * A Job that carries out a power command.
 *
 * @param machine the machine it is for
 * @param message why it failed, in Kubernetes' words; empty otherwise
 */
public record PowerJob(
    ObjectKey key,
    ObjectKey machine,
    OperationType type,
    State state,
    Instant createdAt,
    String message) {

  /** What has become of a Job. */
  public enum State {
    /** It may still switch the machine. */
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** It is being deleted, and a pod of it may still be there. */
    STOPPING
  }

  /** Whether it may still switch the machine. */
  public boolean live() {
    return state == State.RUNNING || state == State.STOPPING;
  }
}
