package org.homelab.autoscaler.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Step;

/** Keeps the progress of a drain from being written every time that a pod goes. */
final class Pace {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Map<ObjectKey, Instant> told = new ConcurrentHashMap<>();

  /** Whether the step is to be written now; the next look at a drain is never far. */
  boolean allows(Step step) {
    boolean onlyWords =
        step.decision() instanceof Decision.Drain && step.after().equals(step.machine().status());
    Instant last = told.get(step.machine().key());
    if (onlyWords && last != null && soonAfter(last, step.now())) {
      return false;
    }
    told.put(step.machine().key(), step.now());
    return true;
  }

  private static boolean soonAfter(Instant last, Instant now) {
    return !now.isBefore(last) && now.isBefore(last.plus(PAUSE));
  }
}
