package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.Optional;

/**
 * A Job that carries out a power command.
 *
 * @param machine the Node resource it was made for
 * @param nodeName name of the Kubernetes node whose machine it acts on, where the Job tells
 * @param finishedAt when it was over, if it is
 * @param message why it failed, in Kubernetes' words; empty otherwise
 */
public record PowerJob(
    ObjectKey key,
    ObjectKey machine,
    Optional<String> nodeName,
    OperationType type,
    State state,
    Instant createdAt,
    Optional<Instant> finishedAt,
    String message) {

  /** A Job that does not tell when it was over. */
  public PowerJob(
      ObjectKey key,
      ObjectKey machine,
      Optional<String> nodeName,
      OperationType type,
      State state,
      Instant createdAt,
      String message) {
    this(key, machine, nodeName, type, state, createdAt, Optional.empty(), message);
  }

  /** A Job that does not tell which Kubernetes node's machine it acts on. */
  public PowerJob(
      ObjectKey key,
      ObjectKey machine,
      OperationType type,
      State state,
      Instant createdAt,
      String message) {
    this(key, machine, Optional.empty(), type, state, createdAt, message);
  }

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
