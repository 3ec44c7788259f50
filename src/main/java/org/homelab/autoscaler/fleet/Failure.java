package org.homelab.autoscaler.fleet;

import java.time.Instant;

/**
 * Operations that did not succeed, one after the other.
 *
 * @param type what was tried last
 * @param reason name of the reason, for conditions and as CA's error code
 * @param message what happened, in words
 * @param at when it was given up
 * @param count how many in a row, at least 1
 * @param released value of the release annotation that was there then; another value counts as a
 *     release
 * @param powerSpec fingerprint of the spec that failed; another one counts as a release; empty if
 *     unknown
 */
public record Failure(
    OperationType type,
    String reason,
    String message,
    Instant at,
    int count,
    String released,
    String powerSpec) {
  /** The same, of an operation of that type. */
  public Failure of(OperationType other) {
    return new Failure(other, reason, message, at, count, released, powerSpec);
  }
}
