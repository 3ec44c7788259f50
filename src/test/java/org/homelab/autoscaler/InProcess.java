package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.testing.Ports;

/**
 * The whole application inside this JVM, in cluster mode: every bean and every shipped route, with
 * a gRPC port of its own that stays the same when it is started again.
 */
public final class InProcess implements AutoCloseable {
  private static final long LONGEST_SECONDS = 60;

  private final KubernetesClient client;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final int grpcPort;
  private final int managementPort;
  private CompletableFuture<Integer> over = CompletableFuture.completedFuture(0);
  private ApiCalls calls = new ApiCalls();
  private Process process;

  /** An application to be, on that cluster. */
  public InProcess(KubernetesClient client, String namespace) {
    List<Integer> ports = Ports.free(3);
    this.client = client;
    this.grpcPort = ports.get(0);
    this.managementPort = ports.get(1);
    with("HOMELAB_MODE", "cluster");
    with("HOMELAB_NAMESPACE", namespace);
    with("HOMELAB_GRPC_HOST", "127.0.0.1");
    with("HOMELAB_GRPC_TLS_ENABLED", "false");
    with("HOMELAB_GRPC_PORT", Integer.toString(grpcPort));
    with("HOMELAB_MANAGEMENT_PORT", Integer.toString(managementPort));
    with("HOMELAB_HTTP_PORT", Integer.toString(ports.get(2)));
  }

  /** Sets an environment variable. */
  public InProcess with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Has these told of what its clients ask, except for the one that it was given. */
  public InProcess counting(ApiCalls calls) {
    this.calls = calls;
    return this;
  }

  /** Starts it and waits until all routes are up. */
  public InProcess start() {
    Settings settings = Settings.read(List.of(), environment);
    var started = new CompletableFuture<Process>();
    over =
        CompletableFuture.supplyAsync(
            () ->
                new Process(settings, client, Clock.systemUTC(), Optional.empty())
                    .counting(calls)
                    .run(started::complete),
            task -> new Thread(task, "application").start());
    over.whenComplete(
        (status, failure) ->
            started.completeExceptionally(
                new AssertionError("the application ended with status " + status, failure)));
    process = started.orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS).join();
    return this;
  }

  /** The gRPC port. */
  public int grpcPort() {
    return grpcPort;
  }

  /** Sum of a metric over all its labels, by its name in Prometheus. */
  public double metric(String name) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + "/observe/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
        .body()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() {
    if (process != null) {
      process.end(0);
    }
    over.exceptionally(neverStarted -> 0).orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS).join();
  }
}
