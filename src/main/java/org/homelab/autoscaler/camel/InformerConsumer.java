package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Runs an informer and turns what it hears into exchanges. */
final class InformerConsumer<T extends HasMetadata> extends KeyedConsumer<String> {
  private final InformerEndpoint<T> endpoint;
  private final ObjectQueue<T> objects;
  private Watch<T> watch;

  InformerConsumer(InformerEndpoint<T> endpoint, Processor processor) {
    super(endpoint, processor, endpoint.objects().keys(), endpoint.workers());
    this.endpoint = endpoint;
    this.objects = endpoint.objects();
  }

  @Override
  protected void doStart() throws Exception {
    KubernetesClient client = client();
    super.doStart();
    watch = Watch.start(endpoint, client, eventLoops());
  }

  @Override
  protected void doStop() throws Exception {
    if (watch != null) {
      watch.close();
    }
    super.doStop();
  }

  @Override
  protected Optional<Runnable> fill(Exchange exchange, String key) {
    return objects
        .look(key)
        .map(
            change -> {
              exchange.getMessage().setBody(change.object());
              exchange.getMessage().setHeader(Headers.ACTION, change.action().name());
              return () -> objects.seen(key, change);
            });
  }

  @Override
  protected void tried(String key) {
    endpoint.tried(key);
  }

  private Optional<Vertx> eventLoops() {
    return Optional.ofNullable(
        endpoint.getCamelContext().getRegistry().findSingleByType(Vertx.class));
  }

  private KubernetesClient client() {
    return Optional.ofNullable(
            endpoint.getCamelContext().getRegistry().findSingleByType(KubernetesClient.class))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    endpoint.getEndpointUri() + " needs one KubernetesClient in the registry"));
  }
}
