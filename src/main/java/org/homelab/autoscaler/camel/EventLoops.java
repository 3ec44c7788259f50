package org.homelab.autoscaler.camel;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.spi.resolver.ResolverProvider;

/**
 * The threads that serve the connections of all watches and of the HTTP servers. Connections are
 * shared by nobody; who writes, and who holds the Lease, has threads of its own too.
 */
public final class EventLoops {
  private static final int THREADS = 2;

  /** For what blocks: pages that are drawn, and names that are looked up. */
  private static final int WORKERS = 6;

  private static final int LOOK_UPS = 2;

  private EventLoops() {}

  /** Such threads; to be bound in the registry, and closed after everything that uses them. */
  public static Vertx open() {
    // Names are resolved as the JDK does, as the Kubernetes client has it for threads of its own.
    System.setProperty(ResolverProvider.DISABLE_DNS_RESOLVER_PROP_NAME, "true");
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(THREADS)
            .setWorkerPoolSize(WORKERS)
            .setInternalBlockingPoolSize(LOOK_UPS)
            .setUseDaemonThread(true)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }
}
