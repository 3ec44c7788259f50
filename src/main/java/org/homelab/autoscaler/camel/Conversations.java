package org.homelab.autoscaler.camel;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Talks with others that may be slow, hang or throw: each on a thread of its own, one at a time for
 * each topic, and interrupted when its time is over. Whoever waits for an answer waits a moment
 * only, and is told when it comes later.
 *
 * @param <T> the topics; told apart by {@code equals}
 * @param <A> the answers
 */
final class Conversations<T, A> {
  /** Long enough for whoever answers at once, on a busy machine too. */
  private static final Duration MOMENT = Duration.ofSeconds(2);

  private final Executor threads;
  private final Duration patience;
  private final Clock clock;
  private final Consumer<T> late;
  private final Map<T, Talk> talks = new ConcurrentHashMap<>();

  /** How a talk stands. */
  sealed interface Standing<A> {
    /** It is over, and this was said. */
    record Said<A>(A answer) implements Standing<A> {}

    /** It goes on until then at the latest. */
    record Pending<A>(Instant until) implements Standing<A> {}

    /** Its time is over, and nothing was said. */
    record Silent<A>() implements Standing<A> {}
  }

  /**
   * Talks on these threads.
   *
   * @param patience how long one may take
   * @param late is told of a topic whose answer comes after its moment, on any thread
   */
  Conversations(Executor threads, Duration patience, Clock clock, Consumer<T> late) {
    this.threads = threads;
    this.patience = patience;
    this.clock = clock;
    this.late = late;
  }

  /**
   * What is said on that topic: by a talk that was begun before and is over, else by a new one,
   * unless one goes on. An answer is given once, and not when it has become old.
   */
  Standing<A> ask(T topic, Supplier<A> say) {
    Talk known = talks.get(topic);
    if (known != null && known.left && known.old()) {
      talks.remove(topic, known);
      known = null;
    }
    if (known != null) {
      return known.standing();
    }
    Talk talk = new Talk(topic, say);
    talks.put(topic, talk);
    talk.begin();
    return talk.standing();
  }

  /**
   * What was said on that topic, if anything, is of no use any more.
   *
   * @return whether nobody talks on it any more
   */
  boolean forget(T topic) {
    Talk talk = talks.get(topic);
    return talk == null || (talk.left && talks.remove(topic, talk));
  }

  private final class Talk {
    private final T topic;
    private final Instant until = clock.instant().plus(patience);
    private final FutureTask<A> task;
    private volatile boolean kept;
    private volatile boolean left;

    Talk(T topic, Supplier<A> say) {
      this.topic = topic;
      this.task = new FutureTask<>(say::get);
    }

    void begin() {
      threads.execute(this::talk);
      try {
        A unused =
            task.get(Math.min(MOMENT.toMillis(), patience.toMillis()), TimeUnit.MILLISECONDS);
      } catch (TimeoutException goesOn) {
        kept = true;
        CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
            .execute(() -> task.cancel(true));
      } catch (ExecutionException told) {
        // standing() tells it.
      } catch (InterruptedException stopping) {
        task.cancel(true);
        Thread.currentThread().interrupt();
      }
    }

    private void talk() {
      task.run();
      left = true;
      if (kept) {
        late.accept(topic);
      }
    }

    boolean old() {
      return clock.instant().isAfter(until.plus(patience));
    }

    Standing<A> standing() {
      if (!task.isDone()) {
        return clock.instant().isBefore(until)
            ? new Standing.Pending<>(until)
            : new Standing.Silent<>();
      }
      if (left || !task.isCancelled()) {
        talks.remove(topic, this);
      }
      try {
        return new Standing.Said<>(task.get());
      } catch (CancellationException interrupted) {
        return new Standing.Silent<>();
      } catch (ExecutionException failed) {
        throw new IllegalStateException(failed.getCause());
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        return new Standing.Silent<>();
      }
    }
  }
}
