package org.homelab.autoscaler.camel;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.camel.Processor;
import org.apache.camel.component.grpc.GrpcAuthType;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcConsumer;
import org.apache.camel.component.grpc.server.DefaultBindableServiceFactory;
import org.apache.camel.component.grpc.server.GrpcHeaderInterceptor;
import org.apache.camel.support.service.ServiceHelper;
import org.homelab.autoscaler.tls.ReloadingTls;
import org.homelab.autoscaler.tls.TlsFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server behind a route. camel-grpc turns calls into exchanges; the server itself is ours,
 * because camel-grpc's reads its certificates once and cuts running calls off when it stops.
 */
final class GrpcServerConsumer extends GrpcConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcServerConsumer.class);
  private static final String FILE = "file:";

  /** Shorter than anybody waits for a renewal; a resumed session would skip the new certificate. */
  private static final long SESSION_SECONDS = 1;

  private final GrpcServerEndpoint endpoint;
  private Optional<ReloadingTls> tls = Optional.empty();
  private Server server;
  private ScheduledExecutorService looks;
  private ExecutorService threads;

  GrpcServerConsumer(GrpcServerEndpoint endpoint, Processor processor) {
    super(endpoint, processor, endpoint.getConfiguration());
    this.endpoint = endpoint;
  }

  Optional<Instant> certificateExpiry() {
    return tls.map(ReloadingTls::expiry);
  }

  /** Does not call camel-grpc's, which would start its own server on the port. */
  @Override
  protected void doStart() throws Exception {
    ServiceHelper.startService(getProcessor());
    if (configuration.getNegotiationType() == NegotiationType.TLS) {
      tls = Optional.of(ReloadingTls.of(files()));
      Duration reload = endpoint.getComponent().reload();
      looks =
          endpoint
              .getCamelContext()
              .getExecutorServiceManager()
              .newSingleThreadScheduledExecutor(this, "grpc-certificates");
      looks.scheduleWithFixedDelay(
          tls.get()::look, reload.toMillis(), reload.toMillis(), TimeUnit.MILLISECONDS);
    }
    threads =
        endpoint.getCamelContext().getExecutorServiceManager().newCachedThreadPool(this, "grpc");
    server = server().start();
    endpoint.getComponent().started(this);
    LOG.debug("listening on {}", server.getListenSockets());
  }

  @Override
  protected void doStop() throws Exception {
    endpoint.getComponent().stopped(this);
    if (server != null) {
      stop(server, endpoint.getComponent().grace());
      server = null;
    }
    if (threads != null) {
      endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(threads);
      threads = null;
    }
    if (looks != null) {
      endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(looks);
      looks = null;
    }
    super.doStop();
  }

  private static void stop(Server server, Duration grace) throws InterruptedException {
    server.shutdown();
    try {
      if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("calls that still ran {}s after the stop began are cut off", grace.toSeconds());
      }
    } finally {
      server.shutdownNow();
    }
  }

  private Server server() throws SSLException {
    GrpcConfiguration options = configuration;
    if (options.getAuthenticationType() != GrpcAuthType.NONE) {
      throw new IllegalArgumentException(
          endpoint.getEndpointUri() + ": callers prove who they are by mutual TLS only");
    }
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(options.getHost(), options.getPort()))
            .maxInboundMessageSize(options.getMaxMessageSize())
            .maxInboundMetadataSize(options.getMaxInboundMetadataSize())
            .maxConcurrentCallsPerConnection(options.getMaxConcurrentCallsPerConnection())
            .initialFlowControlWindow(options.getInitialFlowControlWindow())
            .keepAliveTime(options.getKeepAliveTime(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(options.getKeepAliveTimeout(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(options.getPermitKeepAliveTime(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(options.isPermitKeepAliveWithoutCalls())
            .maxConnectionIdle(options.getMaxConnectionIdle(), TimeUnit.MILLISECONDS)
            .maxConnectionAge(options.getMaxConnectionAge(), TimeUnit.MILLISECONDS)
            .maxConnectionAgeGrace(options.getMaxConnectionAgeGrace(), TimeUnit.MILLISECONDS);
    if (options.getMaxRstFramesPerWindow() > 0 && options.getMaxRstPeriodSeconds() > 0) {
      builder.maxRstFramesPerWindow(
          options.getMaxRstFramesPerWindow(), options.getMaxRstPeriodSeconds());
    }
    builder
        .directExecutor()
        .callExecutor(
            new CallThreads(
                endpoint.getComponent().lookUps(),
                getRoute(),
                endpoint.getCamelContext(),
                threads));
    options.getServerInterceptors().forEach(builder::intercept);
    if (tls.isPresent()) {
      builder.sslContext(context(tls.get()));
    }
    return builder
        .addService(
            ServerInterceptors.intercept(
                new DefaultBindableServiceFactory().createBindableService(this),
                new GrpcHeaderInterceptor()))
        .build();
  }

  private static SslContext context(ReloadingTls tls) throws SSLException {
    return GrpcSslContexts.configure(SslContextBuilder.forServer(tls.keys()), SslProvider.JDK)
        .trustManager(tls.trust())
        .clientAuth(ClientAuth.REQUIRE)
        .protocols("TLSv1.3", "TLSv1.2")
        .sessionTimeout(SESSION_SECONDS)
        .build();
  }

  private TlsFiles files() {
    return new TlsFiles(
        file("keyCertChainResource", configuration.getKeyCertChainResource()),
        file("keyResource", configuration.getKeyResource()),
        file("trustCertCollectionResource", configuration.getTrustCertCollectionResource()));
  }

  private Path file(String option, String resource) {
    if (resource == null || !resource.startsWith(FILE)) {
      throw new IllegalArgumentException(
          endpoint.getEndpointUri()
              + ": with negotiationType=TLS, "
              + option
              + " must be file:...");
    }
    return Path.of(resource.substring(FILE.length()));
  }
}
