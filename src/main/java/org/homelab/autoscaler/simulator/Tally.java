package org.homelab.autoscaler.simulator;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what happened, for the summary. */
final class Tally implements PowerListener {
  private final AtomicInteger on = new AtomicInteger();
  private final AtomicInteger off = new AtomicInteger();
  private final AtomicInteger pods = new AtomicInteger();
  private final AtomicInteger failedBoots = new AtomicInteger();
  private final Set<String> quarantined = ConcurrentHashMap.newKeySet();

  @Override
  public void switchedOn(SimulatedMachine machine) {
    on.incrementAndGet();
  }

  @Override
  public void switchedOff(SimulatedMachine machine) {
    off.incrementAndGet();
  }

  void podRan() {
    pods.incrementAndGet();
  }

  void bootFailed() {
    failedBoots.incrementAndGet();
  }

  void quarantined(String machine) {
    quarantined.add(machine);
  }

  /** The counts, in words. */
  String words() {
    return "%d power-ons, %d power-offs, %d pods run, %d failed boots, quarantined: %s"
        .formatted(
            on.get(),
            off.get(),
            pods.get(),
            failedBoots.get(),
            quarantined.isEmpty() ? "none" : String.join(", ", quarantined));
  }
}
