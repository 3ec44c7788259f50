package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Store;
import java.time.Clock;
import java.util.Optional;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.support.DefaultEndpoint;

/**
 * One kind of resource that a route watches. Camel makes a new consumer whenever the route starts;
 * what has to last from one to the next is here.
 */
final class InformerEndpoint<T extends HasMetadata> extends DefaultEndpoint {
  private final InformerComponent component;
  private final WatchedResource<T> resource;
  private final long resyncMillis;
  private final int workers;
  private final boolean optional;
  private final ObjectQueue<T> objects = new ObjectQueue<>();
  private final FirstPass firstPass = new FirstPass();
  private final Clock clock = new SteadyClock();
  private final WatchState state;
  private final HealthCheck health;

  InformerEndpoint(
      String uri,
      InformerComponent component,
      WatchedResource<T> resource,
      long resyncMillis,
      int workers,
      boolean optional) {
    super(uri, component);
    this.optional = optional;
    this.component = component;
    this.resource = resource;
    this.resyncMillis = resyncMillis;
    this.workers = workers;
    this.state = new WatchState(resource.label(), clock);
    this.health = new InformerHealthCheck(resource.label(), state);
  }

  @Override
  public InformerComponent getComponent() {
    return component;
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    Consumer consumer = new InformerConsumer<>(this, processor);
    configureConsumer(consumer);
    // The consumers of all routes are made before the first one starts, so nobody takes the first
    // few informers for all of them.
    if (!optional) {
      component.informers().add(state);
      healthChecks().ifPresent(checks -> checks.register(health));
    }
    return consumer;
  }

  @Override
  public Producer createProducer() {
    throw new IllegalArgumentException(getEndpointUri() + " can only stand in from:");
  }

  @Override
  protected void doShutdown() throws Exception {
    healthChecks().ifPresent(checks -> checks.unregister(health));
    component.informers().remove(state);
    super.doShutdown();
  }

  WatchedResource<T> resource() {
    return resource;
  }

  long resyncMillis() {
    return resyncMillis;
  }

  int workers() {
    return workers;
  }

  Clock clock() {
    return clock;
  }

  ObjectQueue<T> objects() {
    return objects;
  }

  WatchState state() {
    return state;
  }

  /** A list is complete, and this is what it holds. */
  void listed(Store<T> store) {
    objects.forgetAllBut(store);
    passed(firstPass.listed(store.listKeys()));
  }

  /** The route has had a try at this key. */
  void tried(String key) {
    passed(firstPass.tried(key));
  }

  private void passed(boolean over) {
    if (over && state.synced(objects.known())) {
      component.informers().synced();
    }
  }

  private Optional<HealthCheckRegistry> healthChecks() {
    return Optional.ofNullable(HealthCheckRegistry.get(getCamelContext()));
  }
}
