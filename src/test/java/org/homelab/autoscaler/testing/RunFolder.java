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
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;

/**
 * The packaged program, run as its users run it: {@code java -jar homelab-autoscaler.jar}, from a
 * working directory that holds nothing. Ports are chosen once, so that a restarted process has
 * those of the one before.
 */
public final class RunFolder implements AutoCloseable {
  private static final Duration TIME_TO_BE_READY = Duration.ofSeconds(60);

  private final String name;
  private final boolean simulating;
  private final Path workingDirectory;
  private final int grpcPort;
  private final int managementPort;
  private final int httpPort;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> options = new ArrayList<>();
  private ChildProcess process;

  private RunFolder(String name, String mode) {
    List<Integer> ports = Ports.free(3);
    this.name = name;
    this.simulating = "simulate".equals(mode);
    this.grpcPort = ports.get(0);
    this.managementPort = ports.get(1);
    this.httpPort = ports.get(2);
    this.workingDirectory = newDirectory(name);
    with("HOMELAB_MODE", mode);
    with("HOMELAB_GRPC_HOST", "127.0.0.1");
    with("HOMELAB_GRPC_PORT", Integer.toString(grpcPort));
    with("HOMELAB_MANAGEMENT_PORT", Integer.toString(managementPort));
    with("HOMELAB_HTTP_PORT", Integer.toString(httpPort));
  }

  /** A process to be that works on the machines of one namespace of a cluster. Not yet started. */
  public static RunFolder onCluster(String name, Path kubeconfig, String namespace) {
    return new RunFolder(name, "cluster")
        .with("HOMELAB_GRPC_TLS_ENABLED", "false")
        .with("HOMELAB_NAMESPACE", namespace)
        .with("HOMELAB_POD_NAME", name)
        .with("KUBECONFIG", kubeconfig.toString());
  }

  /** A command of the program that ends by itself. Not yet started. */
  public static RunFolder command(String name, Path kubeconfig, String command) {
    return new RunFolder(name, "cluster").with("KUBECONFIG", kubeconfig.toString()).option(command);
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
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The short life of a test is over before a better compiler pays off.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                folder().resolve("homelab-autoscaler.jar").toAbsolutePath().toString()));
    command.addAll(options);
    process = ChildProcess.start(name, command, environment, workingDirectory, log());
    return this;
  }

  /** As it lies in target/ for a simulation, as the container image holds it for a cluster. */
  private Path folder() {
    Path whole = Path.of(System.getProperty("run.folder", "target/homelab-autoscaler"));
    return simulating ? whole : ImageFolder.of(whole);
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

  /** A second process that shows once in the terminal what the page of this one shows. */
  public ChildProcess top() {
    return ChildProcess.start(
        name + "-top",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            folder().resolve("homelab-autoscaler.jar").toAbsolutePath().toString(),
            "top",
            page(),
            "--once"),
        Map.of(),
        workingDirectory,
        workingDirectory.resolveSibling(name + "-top.log"));
  }

  /** Waits until the process ends by itself, and gives its exit status. */
  public int awaitExit(Duration limit) {
    return process.awaitExit(limit);
  }

  /** Status code of a health probe, {@code live} or {@code ready}; 0 when nothing answers. */
  public int probe(String kind) {
    return ask("health/" + kind).map(HttpResponse::statusCode).orElse(0);
  }

  /** Value of a metric without labels, by its name in Prometheus; empty when there is none. */
  public OptionalDouble metric(String name) {
    return ask("metrics")
        .map(HttpResponse::body)
        .orElse("")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst();
  }

  private Optional<HttpResponse<String>> ask(String path) {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + "/observe/" + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    try {
      return Optional.of(
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What Prometheus would read now; empty while nothing answers. */
  public String metrics() {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + "/observe/metrics");
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether the process runs. */
  public boolean alive() {
    return process.alive();
  }

  /** Sends the process a signal by name, such as {@code STOP} or {@code CONT}. */
  public void signal(String signal) {
    process.signal(signal);
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

  /** A new client of the gRPC port, with mutual TLS. */
  public ProviderClient provider(ProviderClient.Identity identity) {
    return new ProviderClient(grpcPort, identity);
  }

  /** Address of the page. */
  public String page() {
    return "http://localhost:" + httpPort + "/";
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
