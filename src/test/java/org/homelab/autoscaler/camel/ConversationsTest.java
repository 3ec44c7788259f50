package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.homelab.autoscaler.camel.Conversations.Standing;
import org.homelab.autoscaler.camel.Conversations.Standing.Pending;
import org.homelab.autoscaler.camel.Conversations.Standing.Said;
import org.homelab.autoscaler.camel.Conversations.Standing.Silent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConversationsTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration BRIEF = Duration.ofMillis(50);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> late = new CopyOnWriteArrayList<>();
  private final FakeClock clock = new FakeClock();
  private final CountDownLatch gate = new CountDownLatch(1);

  private Conversations<String, Integer> with(Duration patience) {
    return new Conversations<>(threads, patience, clock, late::add);
  }

  @AfterEach
  void end() {
    gate.countDown();
    threads.shutdownNow();
  }

  private int whenTheGateOpens() {
    try {
      gate.await();
      return 7;
    } catch (InterruptedException impatient) {
      return -1;
    }
  }

  @Test
  void whoAnswersAtOnceIsAskedAnewEachTime() {
    var asked = new AtomicInteger();
    Conversations<String, Integer> talks = with(LONG);
    assertThat(talks.ask("m1", asked::incrementAndGet)).isEqualTo(new Said<>(1));
    assertThat(talks.ask("m1", asked::incrementAndGet)).isEqualTo(new Said<>(2));
    assertThat(late).isEmpty();
  }

  @Test
  void whoIsSlowIsNotAskedTwiceKeepsNobodyAndAnswersLater() {
    Conversations<String, Integer> talks = with(LONG);
    assertThat(talks.ask("m1", this::whenTheGateOpens)).isInstanceOf(Pending.class);
    assertThat(talks.ask("m1", () -> 8)).isInstanceOf(Pending.class);
    assertThat(talks.ask("m2", () -> 9)).isEqualTo(new Said<>(9));
    gate.countDown();
    await().untilAsserted(() -> assertThat(late).containsExactly("m1"));
    assertThat(talks.ask("m1", () -> 8)).isEqualTo(new Said<>(7));
    assertThat(talks.ask("m1", () -> 8)).isEqualTo(new Said<>(8));
  }

  @Test
  void anAnswerThatNobodyAskedForInTimeIsNotGivenForANewQuestion() {
    Conversations<String, Integer> talks = with(LONG);
    assertThat(talks.ask("m1", this::whenTheGateOpens)).isInstanceOf(Pending.class);
    gate.countDown();
    await().untilAsserted(() -> assertThat(late).containsExactly("m1"));
    clock.pass(LONG.multipliedBy(3));
    assertThat(talks.ask("m1", () -> 8)).isEqualTo(new Said<>(8));
  }

  @Test
  void whoTakesTooLongIsInterruptedAndHasSaidNothing() {
    var interrupted = new AtomicBoolean();
    Conversations<String, Integer> talks = with(BRIEF);
    Standing<Integer> first =
        talks.ask(
            "m1",
            () -> {
              interrupted.set(whenTheGateOpens() == -1);
              return 7;
            });
    assertThat(first).isNotInstanceOf(Said.class);
    await().untilAsserted(() -> assertThat(late).containsExactly("m1"));
    assertThat(interrupted).isTrue();
    assertThat(talks.ask("m1", () -> 8)).isInstanceOf(Silent.class);
    assertThat(talks.ask("m1", () -> 8)).isEqualTo(new Said<>(8));
  }

  @Test
  void whoCannotBeInterruptedIsNotAskedAgainBeforeHeIsBack() {
    Conversations<String, Integer> talks = with(BRIEF);
    assertThat(talks.ask("m1", this::stubborn)).isNotInstanceOf(Said.class);
    clock.pass(BRIEF.multipliedBy(9));
    assertThat(talks.ask("m1", () -> 8)).isInstanceOf(Silent.class);
    assertThat(talks.forget("m1")).isFalse();
    gate.countDown();
    await().untilAsserted(() -> assertThat(talks.forget("m1")).isTrue());
    assertThat(talks.ask("m1", () -> 8)).isEqualTo(new Said<>(8));
  }

  private int stubborn() {
    while (gate.getCount() > 0) {
      whenTheGateOpens();
    }
    return 7;
  }
}
