package org.homelab.autoscaler.camel;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;

/**
 * Which thread answers a call: that of the connection where it only looks something up, another
 * where it may take its time, as orders do, and as any route of a user's may.
 */
final class CallThreads implements ServerCallExecutorSupplier {
  private final Set<String> lookUps;
  private final Route server;
  private final CamelContext context;
  private final Executor others;
  private final Map<String, Boolean> quick = new ConcurrentHashMap<>();

  /**
   * Chooses threads for the calls of a server.
   *
   * @param lookUps names of the calls that only look something up
   * @param server the route of the server
   */
  CallThreads(Set<String> lookUps, Route server, CamelContext context, Executor others) {
    this.lookUps = lookUps;
    this.server = server;
    this.context = context;
    this.others = others;
  }

  @Override
  public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
    String name = call.getMethodDescriptor().getBareMethodName();
    return lookUps.contains(name) && Boolean.TRUE.equals(quick.computeIfAbsent(name, this::quick))
        ? Runnable::run
        : others;
  }

  /** Of somebody else's route nobody knows how long it takes; nothing yet of one not started. */
  private Boolean quick(String name) {
    return context.getRoutes().stream()
        .filter(route -> route.getEndpoint().getEndpointUri().equals(uri(name)))
        .map(route -> Origin.same(route, server))
        .reduce(Boolean::logicalAnd)
        .orElse(null);
  }

  private static String uri(String name) {
    return "direct://rpc-" + Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
