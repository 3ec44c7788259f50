package org.homelab.autoscaler.camel;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcEndpoint;

/** A gRPC service that a route answers; as a target it is camel-grpc's own. */
final class GrpcServerEndpoint extends GrpcEndpoint {
  private final GrpcServerComponent component;

  GrpcServerEndpoint(String uri, GrpcServerComponent component, GrpcConfiguration configuration)
      throws Exception {
    super(uri, component, configuration);
    this.component = component;
  }

  @Override
  public GrpcServerComponent getComponent() {
    return component;
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    var consumer = new GrpcServerConsumer(this, processor);
    configureConsumer(consumer);
    return consumer;
  }
}
