package org.homelab.autoscaler.bench;

import java.util.Arrays;
import java.util.Locale;

/** Durations in nanoseconds, and what is said of them. */
record Sample(long[] sorted) {
  static Sample of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Sample(sorted);
  }

  double millis(double quantile) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int index = (int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length));
    return sorted[index] / 1e6;
  }

  double p50() {
    return millis(0.5);
  }

  double p99() {
    return millis(0.99);
  }

  /** Median and 99th percentile in milliseconds, and how many were measured. */
  String words() {
    return String.format(Locale.ROOT, "%.3f / %.3f (n=%d)", p50(), p99(), sorted.length);
  }
}
