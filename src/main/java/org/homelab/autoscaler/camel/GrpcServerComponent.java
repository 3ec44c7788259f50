package org.homelab.autoscaler.camel;

import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;
import org.apache.camel.component.grpc.GrpcComponent;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.spi.annotations.Component;

/**
 * camel-grpc's {@code grpc:} with the same options, whose server follows its certificate files
 * without a restart, and lets running calls finish when it stops.
 *
 * <p>With {@code negotiationType=TLS} callers need a certificate of the authority in {@code
 * trustCertCollectionResource}; the three resources must be files.
 */
@Component("grpc")
public final class GrpcServerComponent extends GrpcComponent {
  private final Duration reload;
  private final Duration grace;
  private final Set<String> lookUps;
  private final Set<GrpcServerConsumer> servers = ConcurrentHashMap.newKeySet();

  /**
   * A component.
   *
   * @param reload how often the certificate files are looked at
   * @param grace how long running calls may take to finish when a server stops
   */
  public GrpcServerComponent(Duration reload, Duration grace) {
    this(reload, grace, Set.of());
  }

  /**
   * A component.
   *
   * @param reload how often the certificate files are looked at
   * @param grace how long running calls may take to finish when a server stops
   * @param lookUps names of the calls that are answered on the thread that reads the connection, as
   *     long as their routes came with the server's own
   */
  public GrpcServerComponent(Duration reload, Duration grace, Set<String> lookUps) {
    this.lookUps = lookUps;
    this.reload = reload;
    this.grace = grace;
  }

  /** When the certificate that runs out first does so; empty while no server uses one. */
  public Optional<Instant> certificateExpiry() {
    return servers.stream()
        .flatMap(server -> server.certificateExpiry().stream())
        .min(Instant::compareTo);
  }

  Duration reload() {
    return reload;
  }

  Set<String> lookUps() {
    return lookUps;
  }

  Duration grace() {
    return grace;
  }

  void started(GrpcServerConsumer server) {
    servers.add(server);
  }

  void stopped(GrpcServerConsumer server) {
    servers.remove(server);
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    GrpcConfiguration configuration = parseConfiguration(new GrpcConfiguration(), uri);
    var endpoint = new GrpcServerEndpoint(uri, this, configuration);
    setProperties(endpoint, parameters);
    if (configuration.isAutoDiscoverServerInterceptors()) {
      configuration.setServerInterceptors(
          new ArrayList<>(getCamelContext().getRegistry().findByType(ServerInterceptor.class)));
    }
    return endpoint;
  }
}
