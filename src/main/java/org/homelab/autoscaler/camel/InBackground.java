package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Does what nobody needs to wait for, one thing after the other. Whoever brings more while a
 * thousand wait does it himself, so that nothing is dropped; what waits when the application stops
 * has a few seconds.
 */
public final class InBackground extends ServiceSupport implements Executor {
  private static final Duration AT_THE_END = Duration.ofSeconds(3);

  private final CamelContext context;
  private final ExecutorService thread;

  /** A thread of that name. */
  public InBackground(CamelContext context, String name) {
    this.context = context;
    this.thread = context.getExecutorServiceManager().newThreadPool(this, name, 1, 1);
  }

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  @Override
  protected void doStop() {
    context.getExecutorServiceManager().shutdownGraceful(thread, AT_THE_END.toMillis());
  }
}
