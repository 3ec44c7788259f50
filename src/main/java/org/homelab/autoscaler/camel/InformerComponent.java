package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code k8s-informer:groups}, {@code :nodes}, {@code :kubernetes-nodes}, {@code :jobs} or {@code
 * :pods}: one exchange for each object that is there, and again for each change of it, with the
 * object as the body and {@code APPLIED} or {@code DELETED} in the header {@link Headers#ACTION};
 * the body of a deletion is the last state known. Several changes of one object may come as one. An
 * exchange that fails is tried again with what the object has become meanwhile.
 *
 * <p>Options: {@code namespace} (a name; {@code *}, the default, for all), {@code labelSelector},
 * {@code resyncMillis} (0, the default, for no resync), {@code workers} (1), {@code brief} (false;
 * true keeps of a pod only where it runs, who owns it, what it requests and its phase), {@code
 * optional} (false; true lets everything else go on while this cannot be watched). The one
 * KubernetesClient in the registry is used. An informer never gives up; what keeps it from working
 * is told once, in the log and in its readiness check.
 */
public class InformerComponent extends DefaultComponent {
  /** A look that asks a server which does not answer must not keep the others waiting. */
  private static final int THREADS = 4;

  private final InformerRegistry informers = new InformerRegistry();
  private ScheduledExecutorService scheduler;
  private Duration watchDuration = Duration.ofSeconds(30);

  /** All informers of this process. */
  public InformerRegistry informers() {
    return informers;
  }

  /** How long a watch lasts before it is opened anew; 30 s unless set. */
  public Duration getWatchDuration() {
    return watchDuration;
  }

  /**
   * Sets how long a watch lasts, whole seconds. One that has not ended some seconds later is taken
   * for deaf, and the resource is listed and watched anew over another connection.
   */
  public void setWatchDuration(Duration watchDuration) {
    this.watchDuration = watchDuration;
  }

  ScheduledExecutorService scheduler() {
    return scheduler;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String resource, Map<String, Object> parameters)
      throws Exception {
    Optional<String> namespace = option(parameters, "namespace").filter(name -> !name.equals("*"));
    Optional<String> labelSelector = option(parameters, "labelSelector");
    long resyncMillis = getAndRemoveParameter(parameters, "resyncMillis", Long.class, 0L);
    int workers = getAndRemoveParameter(parameters, "workers", Integer.class, 1);
    boolean brief = getAndRemoveParameter(parameters, "brief", Boolean.class, false);
    boolean optional = getAndRemoveParameter(parameters, "optional", Boolean.class, false);
    if (resyncMillis < 0 || workers < 1) {
      throw new IllegalArgumentException(
          uri + ": resyncMillis must be 0 or more and workers 1 or more");
    }
    return new InformerEndpoint<>(
        uri,
        this,
        WatchedResource.of(resource, namespace, labelSelector, brief),
        resyncMillis,
        workers,
        optional);
  }

  private Optional<String> option(Map<String, Object> parameters, String name) {
    return Optional.of(getAndRemoveParameter(parameters, name, String.class, ""))
        .filter(value -> !value.isBlank());
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    scheduler =
        getCamelContext()
            .getExecutorServiceManager()
            .newScheduledThreadPool(this, "k8s-informer", THREADS);
  }

  @Override
  protected void doStop() throws Exception {
    if (scheduler != null) {
      getCamelContext().getExecutorServiceManager().shutdownNow(scheduler);
    }
    super.doStop();
  }
}
