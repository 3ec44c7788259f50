package org.homelab.autoscaler.metrics;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the metrics look at everything every few seconds while the application runs. */
public final class Watcher extends ServiceSupport {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
  private static final int PERIOD_SECONDS = 5;

  private final CamelContext context;
  private final Metrics metrics;
  private final Supplier<Surroundings> surroundings;
  private ScheduledExecutorService scheduler;

  /** Lets those metrics look at these surroundings. */
  public Watcher(CamelContext context, Metrics metrics, Supplier<Surroundings> surroundings) {
    this.context = context;
    this.metrics = metrics;
    this.surroundings = surroundings;
  }

  @Override
  protected void doStart() {
    scheduler =
        context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "metrics");
    scheduler.scheduleWithFixedDelay(this::look, 1, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  protected void doStop() {
    if (scheduler != null) {
      context.getExecutorServiceManager().shutdownNow(scheduler);
    }
  }

  private void look() {
    try {
      metrics.look(surroundings.get());
    } catch (RuntimeException failure) {
      // The scheduler would end in silence; figures that stand still must not.
      LOG.warn("metrics were not brought up to date: {}", failure.toString());
    }
  }
}
