package org.homelab.autoscaler.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.homelab.autoscaler.testing.ChildProcess;
import org.homelab.autoscaler.testing.Ports;

/** One process of the packaged application, started as its launcher does. */
final class Replica implements AutoCloseable {
  private static final Path LAUNCHER =
      Path.of("target", "homelab-autoscaler", "homelab-autoscaler").toAbsolutePath();
  private static final long LOOK_MILLIS = 5;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Integer> ports = Ports.free(3);
  private final ChildProcess process;

  /**
   * Starts one.
   *
   * @param settings settings besides those that the world asks for, as in the environment
   */
  Replica(String name, World world, Map<String, String> settings) {
    Map<String, String> environment =
        new TreeMap<>(
            Map.of(
                "JAVA_HOME", Jdk.home(),
                "HOMELAB_MODE", "cluster",
                "HOMELAB_NAMESPACE", world.namespace(),
                "HOMELAB_GRPC_HOST", "127.0.0.1",
                "HOMELAB_GRPC_TLS_ENABLED", "false",
                "HOMELAB_GRPC_PORT", ports.get(0).toString(),
                "HOMELAB_MANAGEMENT_PORT", ports.get(1).toString(),
                "HOMELAB_HTTP_PORT", ports.get(2).toString(),
                "HOMELAB_POD_NAME", name,
                "KUBECONFIG", world.controlPlane().kubeconfig().toString()));
    environment.put("HOMELAB_POWER_UPS_SPACING", "0s");
    environment.put("JAVA_OPTS", "-XX:MaxRAM=" + world.memoryMebi() + "m " + Jdk.moreOptions());
    System.getenv().entrySet().stream()
        .filter(one -> one.getKey().startsWith("HOMELAB_"))
        .forEach(one -> environment.put(one.getKey(), one.getValue()));
    environment.putAll(settings);
    process =
        ChildProcess.start(
            name,
            List.of("sh", LAUNCHER.toString()),
            environment,
            Pair.FOLDER,
            Pair.FOLDER.resolve(name + ".log"));
  }

  int port() {
    return ports.get(0);
  }

  Consumption taken() {
    return new Consumption(process.pid());
  }

  /** SIGKILL. */
  void kill() {
    process.kill();
  }

  /** SIGTERM; what it still does is its own matter. */
  void terminate() {
    process.signal("TERM");
  }

  /** Seconds from now until it says that it is ready. */
  double untilReady() throws Exception {
    return seconds("ready", () -> page("/observe/health/ready").statusCode() == 200);
  }

  /** Seconds from now until it leads. */
  double untilItLeads() throws Exception {
    return seconds("leading", () -> metric("homelab_leader") == 1);
  }

  /** The sum of all series of that name. */
  double metric(String name) throws Exception {
    return sum(line -> line.startsWith(name + " ") || line.startsWith(name + "{"));
  }

  /** MiB of heap in use. */
  double heapMebi() throws Exception {
    return sum(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"")) / (1 << 20);
  }

  private double sum(Predicate<String> series) throws Exception {
    return page("/observe/metrics")
        .body()
        .lines()
        .filter(series)
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private HttpResponse<String> page(String path) throws IOException, InterruptedException {
    URI page = URI.create("http://127.0.0.1:" + ports.get(1) + path);
    return http.send(
        HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(10)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private double seconds(String what, Callable<Boolean> reached) throws Exception {
    long start = System.nanoTime();
    while (!reachedBy(reached)) {
      if (!process.alive() || System.nanoTime() - start > 180e9) {
        throw new IllegalStateException("never " + what + ":\n" + process.tail());
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static boolean reachedBy(Callable<Boolean> reached) throws Exception {
    try {
      return reached.call();
    } catch (ConnectException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
