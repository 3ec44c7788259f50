package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;

/** Any interleaving of calls, against the plainest possible account of what is owed to whom. */
@Proves(
    "whatever is asked of the queue, no key is worked on twice at once, none comes early, none is"
        + " lost")
class KeyedQueuePropertyTest {
  private long tries;
  private long taken;

  sealed interface Step {
    record Add(int key) implements Step {}

    record AddAfter(int key, int seconds) implements Step {}

    record Take() implements Step {}

    record Succeed(int which) implements Step {}

    record SucceedAndComeBack(int which, int seconds) implements Step {}

    record Fail(int which) implements Step {}

    record Pass(int seconds) implements Step {}
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> key = Arbitraries.integers().between(0, 3);
    Arbitrary<Integer> seconds = Arbitraries.integers().between(0, 90);
    return Arbitraries.<Step>oneOf(
            key.map(Step.Add::new),
            Combinators.combine(key, seconds).as(Step.AddAfter::new),
            Arbitraries.create(Step.Take::new),
            Arbitraries.create(Step.Take::new),
            key.map(Step.Succeed::new),
            Combinators.combine(key, seconds).as(Step.SucceedAndComeBack::new),
            key.map(Step.Fail::new),
            seconds.map(Step.Pass::new))
        .list()
        .ofMaxSize(80);
  }

  @Property(seed = "20261126")
  void noKeyIsWorkedOnTwiceAtOnceNoneComesEarlyAndNoneIsLost(@ForAll("steps") List<Step> steps) {
    Account account = new Account();
    tries++;
    taken += steps.size();
    steps.forEach(account::take);
    account.workOffEverything();
    assertThat(account.owed).isEmpty();
  }

  @AfterProperty
  void report() {
    Proof.of(KeyedQueuePropertyTest.class)
        .tried(Tried.INTERLEAVINGS, tries)
        .tried(Tried.STEPS, taken);
  }

  /** For every key the soonest time it was asked for since it was last handed out. */
  private static final class Account {
    private final FakeClock clock = new FakeClock();
    private final KeyedQueue<Integer> queue = new KeyedQueue<>(clock);
    private final Map<Integer, Instant> owed = new HashMap<>();
    private final Set<Integer> inFlight = new HashSet<>();

    void take(Step step) {
      if (step instanceof Step.Add add) {
        queue.add(add.key());
        owe(add.key(), Duration.ZERO);
      } else if (step instanceof Step.AddAfter add) {
        queue.addAfter(add.key(), Duration.ofSeconds(add.seconds()));
        owe(add.key(), Duration.ofSeconds(add.seconds()));
      } else if (step instanceof Step.Take) {
        takeOne();
      } else if (step instanceof Step.Succeed done && inFlight.remove(done.which())) {
        queue.succeeded(done.which());
      } else if (step instanceof Step.SucceedAndComeBack done && inFlight.remove(done.which())) {
        queue.succeeded(done.which(), clock.instant().plusSeconds(done.seconds()));
        owe(done.which(), Duration.ofSeconds(done.seconds()));
      } else if (step instanceof Step.Fail failure && inFlight.remove(failure.which())) {
        owe(failure.which(), queue.failed(failure.which()));
      } else if (step instanceof Step.Pass pass) {
        clock.pass(Duration.ofSeconds(pass.seconds()));
      }
      assertThat(queue.inFlight()).isEqualTo(inFlight.size());
      assertThat(queue.depth() + queue.delayed()).isEqualTo(owed.size());
    }

    void workOffEverything() {
      Set.copyOf(inFlight).forEach(queue::succeeded);
      inFlight.clear();
      clock.pass(Duration.ofMinutes(10));
      while (takeOne()) {
        Set.copyOf(inFlight).forEach(queue::succeeded);
        inFlight.clear();
      }
    }

    private boolean takeOne() {
      Optional<Integer> taken = queue.poll();
      taken.ifPresentOrElse(
          key -> {
            assertThat(inFlight).as("worked on").doesNotContain(key);
            assertThat(owed).as("asked for").containsKey(key);
            assertThat(owed.remove(key)).as("time").isBeforeOrEqualTo(clock.instant());
            inFlight.add(key);
          },
          () ->
              assertThat(owed)
                  .allSatisfy(
                      (key, at) ->
                          assertThat(inFlight.contains(key) || at.isAfter(clock.instant()))
                              .as("key %s, due at %s, is not handed out", key, at)
                              .isTrue()));
      return taken.isPresent();
    }

    private void owe(int key, Duration delay) {
      owed.merge(key, clock.instant().plus(delay), (a, b) -> a.isBefore(b) ? a : b);
    }
  }
}
