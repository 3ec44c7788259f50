package org.homelab.autoscaler.testing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real Kubernetes control plane on 127.0.0.1, without kubelets: kwok plays the Kubernetes nodes
 * that carry the label {@code type=kwok} and the pods bound to them (see {@code kwok-stages.yaml}).
 *
 * <p>A test class gets the one shared by the whole run with {@link NeedsControlPlane} and a
 * parameter of this type; {@link #start} gives one of its own.
 */
public final class ControlPlane implements AutoCloseable {
  /** Silence of a dead machine until its Kubernetes node turns Ready=Unknown. */
  public static final Duration NODE_GRACE = Duration.ofSeconds(5);

  /** The programs; etcd and the API server always run. */
  public enum Part {
    CONTROLLERS,
    SCHEDULER,
    KWOK
  }

  private static final Duration TIME_TO_START = Duration.ofSeconds(60);

  private final ControlPlaneSetup setup;
  private final Map<Part, ChildProcess> parts = new EnumMap<>(Part.class);
  private final List<String> namespaces = new CopyOnWriteArrayList<>();
  private final ChildProcess etcd;
  private ChildProcess apiServer;
  private KubernetesClient client;

  private ControlPlane(ControlPlaneSetup setup) {
    this.setup = setup;
    this.etcd = setup.etcd();
  }

  /**
   * Starts a control plane with its files in a new folder and returns once it answers.
   *
   * @param assets folder with the binaries
   * @param wanted what to run beside etcd and the API server
   * @param apiServerArguments arguments to add to the API server's own
   */
  public static ControlPlane start(Path assets, Set<Part> wanted, String... apiServerArguments) {
    ControlPlane started =
        new ControlPlane(ControlPlaneSetup.create(assets, List.of(apiServerArguments)));
    try {
      started.startApiServer();
      wanted.forEach(part -> started.parts.put(part, started.setup.part(part)));
      if (wanted.contains(Part.CONTROLLERS)) {
        started.awaitServiceAccount("default");
      }
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  /** A kubeconfig with all rights. */
  public Path kubeconfig() {
    return setup.kubeconfig();
  }

  /** The same for a wire to the API server that a test can cut. */
  public Path kubeconfig(TcpProxy wire) {
    return setup.writeKubeconfig("kubeconfig-" + wire.port(), wire.port());
  }

  /** A kubeconfig with the rights of whoever has that token. */
  public Path kubeconfig(String name, String token) {
    return setup.writeKubeconfig("kubeconfig-" + name, setup.apiPort(), token);
  }

  /** A client with all rights; closed with the control plane. */
  public KubernetesClient client() {
    return client;
  }

  /** Port of the API server on 127.0.0.1. */
  public int apiPort() {
    return setup.apiPort();
  }

  /** Folder with the logs of the programs. */
  public Path logs() {
    return setup.folder();
  }

  /** Kills the API server; everything that watches it is cut off. */
  public void stopApiServer() {
    apiServer.kill();
  }

  /** Starts the API server on the port that it had before, and waits until it answers. */
  public void startApiServer() {
    apiServer = setup.apiServer();
    await("API server").atMost(TIME_TO_START).pollInterval(100, MILLISECONDS).until(this::answers);
  }

  /** Kills the API server and starts it again. */
  public void restartApiServer() {
    stopApiServer();
    startApiServer();
  }

  /**
   * Compacts etcd's history and restarts the API server, so that a watch that goes on from any
   * earlier resourceVersion is answered with 410 Gone.
   */
  public void forgetHistory() {
    stopApiServer();
    setup.compactEtcd();
    startApiServer();
  }

  /** A new namespace, ready for pods. */
  public String newNamespace(String prefix) {
    String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    namespaces.add(name);
    if (parts.containsKey(Part.CONTROLLERS)) {
      awaitServiceAccount(name);
    }
    return name;
  }

  /** Applies the project's custom resource definitions and waits until they are served. */
  public void applyCrds() {
    Crds.apply(client);
  }

  /** Takes the project's custom resource definitions away, with all Groups and Nodes. */
  public void removeCrds() {
    Crds.remove(client);
  }

  /**
   * Removes what tests leave behind: their namespaces, all Kubernetes nodes and the pods on them.
   */
  public void reset() {
    namespaces.forEach(name -> client.namespaces().withName(name).delete());
    namespaces.clear();
    client.nodes().delete();
    client.pods().inAnyNamespace().withGracePeriod(0).delete();
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    parts.values().forEach(ChildProcess::kill);
    if (apiServer != null) {
      apiServer.kill();
    }
    etcd.kill();
    setup.removeData();
  }

  private boolean answers() {
    if (!etcd.alive() || !apiServer.alive()) {
      throw new IllegalStateException(
          "the control plane did not start\n" + etcd.tail() + "\n" + apiServer.tail());
    }
    if (client == null && setup.certificateIsThere()) {
      setup.writeKubeconfig("kubeconfig", setup.apiPort());
      client = client(setup.kubeconfig());
    }
    return client != null && statusOfReadyz() == 200;
  }

  private int statusOfReadyz() {
    HttpClient http = client.getHttpClient();
    HttpRequest request =
        http.newHttpRequestBuilder().uri(client.getMasterUrl() + "readyz").build();
    return http.sendAsync(request, String.class)
        .handle((answer, e) -> e == null ? answer.code() : 0)
        .join();
  }

  private void awaitServiceAccount(String namespace) {
    await("service account of namespace " + namespace)
        .atMost(TIME_TO_START)
        .pollInterval(50, MILLISECONDS)
        .until(
            () ->
                client.serviceAccounts().inNamespace(namespace).withName("default").get() != null);
  }

  private static KubernetesClient client(Path kubeconfig) {
    try {
      Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
      config.setRequestRetryBackoffLimit(0);
      return new KubernetesClientBuilder().withConfig(config).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
