package org.homelab.autoscaler.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two replicas, one Lease, and clocks that a test sets. */
class ElectionTest {
  private static final Terms TERMS = new Terms(Duration.ofSeconds(15), Duration.ofSeconds(2));
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeLease lease = new FakeLease();
  private final Replica a = new Replica("a");
  private final Replica b = new Replica("b");

  private final class Replica {
    final FakeTime time = new FakeTime();
    final FakeLease.Wire wire = lease.new Wire();
    final Leadership leadership = Leadership.under(TERMS, time);
    final AtomicInteger taken = new AtomicInteger();
    final Election election;
    boolean paused;
    Duration untilLook = Duration.ZERO;

    Replica(String identity) {
      election = new Election(wire, identity, TERMS, leadership, time);
      leadership.whenTaken(taken::incrementAndGet);
    }

    boolean leads() {
      return leadership.leading();
    }

    void pass(Duration duration) {
      time.pass(duration);
      untilLook = untilLook.minus(duration);
      if (!paused && (untilLook.isNegative() || untilLook.isZero())) {
        untilLook = election.look();
      }
    }
  }

  /** Time goes by for both, and never do both lead. */
  private void pass(Duration duration) {
    Duration step = Duration.ofMillis(100);
    for (Duration gone = Duration.ZERO; gone.compareTo(duration) < 0; gone = gone.plus(step)) {
      a.pass(step);
      assertThat(a.leads() && b.leads()).as("both lead").isFalse();
      b.pass(step);
      assertThat(a.leads() && b.leads()).as("both lead").isFalse();
    }
  }

  @Test
  void theFirstTakesItAndKeepsItWhileItLives() {
    pass(Duration.ofMinutes(5));
    assertThat(a.leads()).isTrue();
    assertThat(b.leads()).isFalse();
    assertThat(a.taken).hasValue(1);
    assertThat(lease.lease.orElseThrow().transitions()).isZero();
    assertThat(a.election.leader()).contains("a");
    assertThat(b.election.leader()).contains("a");
  }

  @Test
  void aCrashIsTakenOverWithinTwentySeconds() {
    pass(Duration.ofSeconds(30));
    a.paused = true;
    Duration waited = Duration.ZERO;
    while (!b.leads()) {
      pass(SECOND);
      waited = waited.plus(SECOND);
    }
    assertThat(waited).isLessThanOrEqualTo(TERMS.longestTakeover());
    assertThat(TERMS.longestTakeover()).isLessThan(Duration.ofSeconds(20));
    assertThat(b.taken).hasValue(1);
    assertThat(lease.lease.orElseThrow().transitions()).isOne();
  }

  @Test
  void aLeaseThatIsGivenBackIsTakenAtTheNextLook() {
    pass(Duration.ofSeconds(30));
    a.election.release();
    a.paused = true;
    assertThat(a.leads()).isFalse();
    pass(TERMS.retry());
    assertThat(b.leads()).isTrue();
  }

  @Test
  void whoWasPausedBeyondItsLeaseKnowsAtOnceThatItLeadsNoMore() {
    pass(Duration.ofSeconds(30));
    a.paused = true;
    pass(Duration.ofSeconds(60));
    assertThat(b.leads()).isTrue();
    assertThat(a.leads()).as("before it has looked").isFalse();
    a.paused = false;
    pass(Duration.ofSeconds(60));
    assertThat(a.leads()).isFalse();
    assertThat(b.leads()).isTrue();
  }

  @Test
  void soDoesAComputerThatSlept() {
    pass(Duration.ofSeconds(30));
    a.time.sleep(Duration.ofMinutes(1));
    assertThat(a.leads()).isFalse();
  }

  @Test
  void whoIsCutOffStopsBeforeAnotherBegins() {
    pass(Duration.ofSeconds(30));
    a.wire.cut = true;
    pass(TERMS.certain());
    assertThat(a.leads()).isFalse();
    assertThat(b.leads()).isFalse();
    pass(Duration.ofSeconds(6));
    assertThat(b.leads()).isTrue();
    a.wire.cut = false;
    pass(Duration.ofSeconds(30));
    assertThat(b.leads()).isTrue();
    assertThat(b.taken).hasValue(1);
  }

  @Test
  void aCutThatIsShortChangesNothing() {
    pass(Duration.ofSeconds(30));
    a.wire.cut = true;
    pass(Duration.ofSeconds(8));
    assertThat(a.leads()).isTrue();
    a.wire.cut = false;
    pass(Duration.ofSeconds(30));
    assertThat(a.taken).hasValue(1);
  }

  @Test
  void whoRenewsTooLateBeginsAnewAndIsTold() {
    b.paused = true;
    pass(Duration.ofSeconds(30));
    a.wire.cut = true;
    pass(Duration.ofSeconds(30));
    assertThat(a.leads()).isFalse();
    assertThat(a.election.leader()).isEmpty();
    a.wire.cut = false;
    pass(Duration.ofSeconds(3));
    assertThat(a.leads()).isTrue();
    assertThat(a.taken).hasValue(2);
  }

  @Test
  void anAnswerThatIsLostIsNoRenewal() {
    pass(Duration.ofSeconds(30));
    a.wire.losesAnswers = true;
    pass(Duration.ofMinutes(1));
    assertThat(a.leads()).isFalse();
    assertThat(b.leads()).as("the Lease is still renewed").isFalse();
    a.wire.losesAnswers = false;
    pass(Duration.ofSeconds(3));
    assertThat(a.leads()).isTrue();
  }

  @Test
  void clocksThatDisagreeByHoursChangeNothing() {
    b.time.set(Duration.ofHours(5));
    pass(Duration.ofMinutes(1));
    assertThat(a.leads()).isTrue();
    a.time.set(Duration.ofHours(-9));
    pass(Duration.ofMinutes(1));
    assertThat(a.leads()).isTrue();
    assertThat(a.taken).hasValue(1);
    a.paused = true;
    pass(TERMS.longestTakeover());
    assertThat(b.leads()).isTrue();
  }

  @Test
  void aClockThatIsSetOnCostsALookAndNoMore() {
    pass(Duration.ofSeconds(30));
    a.time.set(Duration.ofHours(1));
    assertThat(a.leads()).isFalse();
    pass(Duration.ofSeconds(3));
    assertThat(a.leads()).isTrue();
    assertThat(b.leads()).isFalse();
  }

  @Test
  void aContainerThatIsStartedAnewUnderItsPodsNameGoesOnAtOnce() {
    pass(Duration.ofSeconds(30));
    a.paused = true;
    Leadership again = Leadership.under(TERMS, b.time);
    new Election(lease.new Wire(), "a", TERMS, again, b.time).look();
    assertThat(again.leading()).isTrue();
  }

  @Test
  void ofTwoProcessesOfOneNameOneGoesOn() {
    Replica twin = new Replica("a");
    pass(Duration.ofSeconds(10));
    twin.election.look();
    pass(Duration.ofSeconds(3));
    assertThat(twin.leads()).isTrue();
    assertThat(a.leads()).isFalse();
  }

  @Test
  void aLeaseThatSomebodyDeletesIsWrittenAgain() {
    pass(Duration.ofSeconds(30));
    lease.lease = Optional.empty();
    pass(Duration.ofSeconds(3));
    assertThat(a.leads() ^ b.leads()).isTrue();
  }

  @Test
  void aCommandIsConfirmedOnlyWhileItIsCertain() {
    assertThatThrownBy(() -> a.leadership.confirm("power-on of m1"))
        .isInstanceOf(NotLeading.class)
        .hasMessage("power-on of m1 is left to the replica that leads");
    pass(SECOND);
    a.leadership.confirm("power-on of m1");
    a.time.pass(TERMS.certain());
    assertThatThrownBy(() -> a.leadership.confirm("power-on of m1")).isInstanceOf(NotLeading.class);
  }

  @Test
  void whoIsAloneAlwaysLeads() {
    Leadership alone = Leadership.always();
    AtomicInteger taken = new AtomicInteger();
    alone.whenTaken(taken::incrementAndGet);
    assertThat(taken).hasValue(1);
    alone.confirm("power-on of m1");
  }

  @Test
  void termsThatWouldLetALeaderLapseAreRefused() {
    assertThatThrownBy(() -> new Terms(Duration.ofSeconds(9), Duration.ofSeconds(2)))
        .hasMessageContaining("at least 5 times");
    assertThatThrownBy(() -> new Terms(Duration.ofMillis(15_500), SECOND))
        .hasMessageContaining("whole seconds");
  }
}
