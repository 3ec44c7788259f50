package org.homelab.autoscaler.testing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The packaged program, run as its users run it: {@code java -jar homelab-autoscaler.jar}, from a
 * working directory that holds nothing. Ports are chosen once, so that a restarted process has
 * those of the one before.
 */
public final class RunFolder implements AutoCloseable {
  private static final Duration TIME_TO_BE_READY = Duration.ofSeconds(60);

  private final String name;
  private final Path workingDirectory;
  private final int grpcPort;
  private final int managementPort;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> options = new ArrayList<>();
  private ChildProcess process;

  private RunFolder(String name, String mode) {
    List<Integer> ports = Ports.free(3);
    this.name = name;
    this.grpcPort = ports.get(0);
    this.managementPort = ports.get(1);
    this.workingDirectory = newDirectory(name);
    with("HOMELAB_MODE", mode);
    with("HOMELAB_GRPC_HOST", "127.0.0.1");
    with("HOMELAB_GRPC_PORT", Integer.toString(grpcPort));
    with("HOMELAB_MANAGEMENT_PORT", Integer.toString(managementPort));
    with("HOMELAB_HTTP_PORT", Integer.toString(ports.get(2)));
  }

  /** A process to be that works on the machines of one namespace of a cluster. Not yet started. */
  public static RunFolder onCluster(String name, Path kubeconfig, String namespace) {
    return new RunFolder(name, "cluster")
        .with("HOMELAB_GRPC_TLS_ENABLED", "false")
        .with("HOMELAB_NAMESPACE", namespace)
        .with("KUBECONFIG", kubeconfig.toString());
  }

  /** A process to be in simulate mode. Not yet started. */
  public static RunFolder simulating(String name) {
    return new RunFolder(name, "simulate");
  }

  /** Sets an environment variable. */
  public RunFolder with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Adds an argument to the command line. */
  public RunFolder option(String option) {
    options.add(option);
    return this;
  }

  /** Starts the process and returns at once. */
  public RunFolder start() {
    if (process != null && process.alive()) {
      throw new IllegalStateException(name + " runs already");
    }
    Path folder = Path.of(System.getProperty("run.folder", "target/homelab-autoscaler"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The short life of a test is over before a better compiler pays off.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                folder.resolve("homelab-autoscaler.jar").toAbsolutePath().toString()));
    command.addAll(options);
    process = ChildProcess.start(name, command, environment, workingDirectory, log());
    return this;
  }

  /** Starts the process and waits until it is ready. */
  public RunFolder startAndAwaitReady() {
    start();
    awaitReady();
    return this;
  }

  /** Waits until the readiness probe says yes. */
  public void awaitReady() {
    awaitRunning("readiness of " + name, () -> probe("ready") == 200);
  }

  /** Waits until the process has printed a text. */
  public void awaitOutput(String text) {
    awaitRunning("'" + text + "' from " + name, () -> output().contains(text));
  }

  /** Waits until the process ends by itself, and gives its exit status. */
  public int awaitExit(Duration limit) {
    return process.awaitExit(limit);
  }

  /** Status code of a health probe, {@code live} or {@code ready}; 0 when nothing answers. */
  public int probe(String kind) {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + "/observe/health/" + kind);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    try {
      return HttpClient.newHttpClient()
          .send(request, HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether the process runs. */
  public boolean alive() {
    return process.alive();
  }

  /** kill -9. */
  public void kill() {
    process.kill();
  }

  /** SIGTERM, as Kubernetes stops a pod; waits for the end. */
  public void stop() {
    process.stop();
  }

  /** A new client of the gRPC port. */
  public ProviderClient provider() {
    return new ProviderClient(grpcPort);
  }

  /** The gRPC port. */
  public int grpcPort() {
    return grpcPort;
  }

  /** Everything printed, by all processes of this folder so far. */
  public String output() {
    return process.output();
  }

  /** File that the output goes to. */
  public Path log() {
    return workingDirectory.resolveSibling(name + ".log");
  }

  @Override
  public void close() {
    if (process != null) {
      process.kill();
    }
  }

  private void awaitRunning(String what, Callable<Boolean> condition) {
    await(what)
        .atMost(TIME_TO_BE_READY)
        .pollInterval(100, MILLISECONDS)
        .until(
            () -> {
              if (condition.call()) {
                return true;
              }
              if (!process.alive()) {
                throw new AssertionError(name + " ended early:\n" + process.tail());
              }
              return false;
            });
  }

  private static Path newDirectory(String name) {
    try {
      Path all = Files.createDirectories(Path.of("target", "run-folder").toAbsolutePath());
      Files.deleteIfExists(all.resolve(name + ".log"));
      return Files.createDirectories(all.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
