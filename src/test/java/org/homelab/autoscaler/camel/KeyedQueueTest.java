package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyedQueueTest {
  private final FakeClock clock = new FakeClock();
  private final KeyedQueue<String> queue = new KeyedQueue<>(clock);

  @Test
  void handsKeysOutInTheOrderTheyWereAdded() {
    queue.add("a");
    queue.add("b");
    assertThat(queue.poll()).contains("a");
    assertThat(queue.poll()).contains("b");
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void handsAKeyThatWasAddedThriceOutOnce() {
    IntStream.range(0, 3).forEach(i -> queue.add("a"));
    assertThat(queue.depth()).isOne();
    assertThat(queue.poll()).contains("a");
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void keepsAKeyThatIsAddedWhileItIsWorkedOnUntilTheWorkIsDone() {
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    queue.add("a");
    assertThat(queue.poll()).isEmpty();
    queue.succeeded("a");
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void keepsAKeyWhoseTimeComesWhileItIsWorkedOnUntilTheWorkIsDone() {
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    queue.addAfter("a", Duration.ofSeconds(1));
    clock.pass(Duration.ofSeconds(2));
    assertThat(queue.poll()).isEmpty();
    queue.succeeded("a");
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void handsADelayedKeyOutAtItsTimeAndNotBefore() {
    queue.addAt("a", clock.instant().plusSeconds(10));
    clock.pass(Duration.ofMillis(9_999));
    assertThat(queue.poll()).isEmpty();
    clock.pass(Duration.ofMillis(1));
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void theSoonestOfSeveralDelaysWins() {
    queue.addAfter("a", Duration.ofSeconds(10));
    queue.addAfter("a", Duration.ofSeconds(1));
    queue.addAfter("a", Duration.ofSeconds(5));
    clock.pass(Duration.ofSeconds(1));
    takeAndSucceed("a");
    clock.pass(Duration.ofMinutes(1));
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void anAddWithoutDelayWinsOverADelayedOne() {
    queue.addAfter("a", Duration.ofSeconds(10));
    queue.add("a");
    queue.addAfter("a", Duration.ofSeconds(20));
    takeAndSucceed("a");
    clock.pass(Duration.ofMinutes(1));
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void comesBackAtTheTimeTheWorkAskedFor() {
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    queue.succeeded("a", clock.instant().plusSeconds(30));
    clock.pass(Duration.ofSeconds(29));
    assertThat(queue.poll()).isEmpty();
    clock.pass(Duration.ofSeconds(1));
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void aFailureComesBackLaterAndLaterButWithinAMinute() {
    queue.add("a");
    List<Duration> backOffs =
        IntStream.range(0, 10)
            .mapToObj(
                i -> {
                  assertThat(queue.poll()).contains("a");
                  Duration backOff = queue.failed("a");
                  clock.pass(backOff.minusMillis(1));
                  assertThat(queue.poll()).isEmpty();
                  clock.pass(Duration.ofMillis(1));
                  return backOff;
                })
            .toList();
    assertThat(backOffs.stream().map(Duration::toMillis))
        .containsExactly(
            500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L, 60_000L);
    assertThat(queue.retries()).isEqualTo(10);
  }

  @Test
  void aSuccessForgivesEarlierFailures() {
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    queue.failed("a");
    clock.pass(Duration.ofSeconds(1));
    takeAndSucceed("a");
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    assertThat(queue.failed("a")).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void anAddCutsABackOffShort() {
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    queue.failed("a");
    queue.add("a");
    takeAndSucceed("a");
    clock.pass(Duration.ofMinutes(2));
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void anAddDuringWorkThatThenFailsIsHandedOutAtOnce() {
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    queue.add("a");
    queue.failed("a");
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void tellsHowMuchWaitsAndForHowLong() {
    queue.add("a");
    queue.add("b");
    queue.addAfter("c", Duration.ofSeconds(5));
    clock.pass(Duration.ofSeconds(3));
    assertThat(queue.poll()).contains("a");
    clock.pass(Duration.ofSeconds(1));
    assertThat(queue.depth()).isOne();
    assertThat(queue.delayed()).isOne();
    assertThat(queue.inFlight()).isOne();
    assertThat(queue.oldestAge()).isEqualTo(Duration.ofSeconds(4));
    assertThat(queue.longestInFlight()).isEqualTo(Duration.ofSeconds(1));
    clock.pass(Duration.ofSeconds(2));
    assertThat(queue.depth()).isEqualTo(2);
    assertThat(queue.delayed()).isZero();
  }

  @Test
  void refusesTheEndOfWorkThatNeverBegan() {
    assertThatThrownBy(() -> queue.succeeded("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> queue.failed("a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aWaiterGetsWhatIsAddedAndLeavesWhenItIsToldTo() {
    KeyedQueue<String> live = new KeyedQueue<>();
    AtomicBoolean goOn = new AtomicBoolean(true);
    CompletableFuture<Optional<String>> first =
        CompletableFuture.supplyAsync(() -> take(live, goOn));
    live.addAfter("a", Duration.ofMillis(50));
    await().until(first::isDone);
    assertThat(first.join()).contains("a");

    CompletableFuture<Optional<String>> second =
        CompletableFuture.supplyAsync(() -> take(live, goOn));
    goOn.set(false);
    live.wake();
    await().until(second::isDone);
    assertThat(second.join()).isEmpty();
  }

  private void takeAndSucceed(String key) {
    assertThat(queue.poll()).contains(key);
    queue.succeeded(key);
  }

  private static Optional<String> take(KeyedQueue<String> queue, AtomicBoolean goOn) {
    try {
      return queue.take(goOn::get, () -> true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
