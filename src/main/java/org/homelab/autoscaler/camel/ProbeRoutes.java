package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.support.service.ServiceSupport;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.probe.Prober;
import org.homelab.autoscaler.probe.Seen;

/**
 * Asks routes of the user's. The body sent is the machine's {@link ObjectKey}; the body that comes
 * back is {@code on}, {@code off} or {@code unknown}, or a boolean; anything else, an exception and
 * a route that takes too long are unknown. A route that still runs is not asked once more.
 */
public final class ProbeRoutes extends ServiceSupport implements Prober.Routes {
  private static final int IDLE_SECONDS = 30;

  private final CamelContext context;
  private final int threads;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private ExecutorService workers;
  private ProducerTemplate template;

  /** Routes of that context, so many at the same time. */
  public ProbeRoutes(CamelContext context, int threads) {
    this.context = context;
    this.threads = threads;
  }

  @Override
  protected void doStart() {
    template = context.createProducerTemplate();
    workers =
        new ThreadPoolExecutor(
            0,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              var thread = new Thread(work, "probe-route");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  protected void doStop() {
    if (workers != null) {
      workers.shutdownNow();
    }
  }

  @Override
  public Seen ask(String id, ObjectKey machine, Duration patience) {
    String name = "route " + id;
    String call = id + " " + machine;
    if (!running.add(call)) {
      return Seen.unknown(name + " still runs");
    }
    try {
      Future<Object> answer = workers.submit(() -> call(id, machine, call));
      return read(name, answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException full) {
      running.remove(call);
      return Seen.unknown(name + " was not asked: too many routes run");
    } catch (TimeoutException late) {
      return Seen.unknown(name + " takes longer than " + patience.toMillis() + " ms");
    } catch (ExecutionException failed) {
      return Seen.unknown(name + ": " + words(failed.getCause()));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Seen.unknown(name + " was interrupted");
    }
  }

  private Object call(String id, ObjectKey machine, String call) {
    try {
      return template.requestBody("direct:" + id + "?block=false", machine);
    } finally {
      running.remove(call);
    }
  }

  private static Seen read(String name, Object answer) {
    String words = String.valueOf(answer).strip().toLowerCase(Locale.ROOT);
    return switch (words) {
      case "on", "true" -> Seen.on(name + " says on");
      case "off", "false" -> Seen.off(name + " says off");
      case "unknown" -> Seen.unknown(name + " says unknown");
      default -> Seen.unknown(name + " must leave on, off or unknown as its body");
    };
  }

  private static String words(Throwable failure) {
    Throwable cause =
        failure instanceof CamelExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof DirectConsumerNotAvailableException
        ? "no route begins with it"
        : OneLine.of(cause);
  }
}
