package org.homelab.autoscaler.scenario;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/** Time that passes only when it is told to, and what happens by itself as it does. */
final class Timers {
  static final Instant START = Instant.parse("2026-11-01T06:00:00Z");

  private record Timer(Instant at, long order, Runnable event) {}

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparing(Timer::at).thenComparing(Timer::order));
  private Instant now = START;
  private Duration skew = Duration.ZERO;
  private long order;

  Instant now() {
    return now;
  }

  void in(Duration time, Runnable event) {
    timers.add(new Timer(now.plus(time), order++, event));
  }

  Optional<Instant> next() {
    return Optional.ofNullable(timers.peek()).map(Timer::at);
  }

  /** Goes on to that time and lets happen what is due by then. */
  void goTo(Instant time) {
    now = time.isBefore(now) ? now : time;
    while (!timers.isEmpty() && !timers.peek().at().isAfter(now)) {
      timers.poll().event().run();
    }
  }

  /** Sets the operator's clock on or back. */
  void jump(Duration time) {
    skew = skew.plus(time);
  }

  /** When the operator's clock will show that. */
  Instant whenShown(Instant shown) {
    return shown.minus(skew);
  }

  /** The operator's clock. */
  Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return now.plus(skew);
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }
}
