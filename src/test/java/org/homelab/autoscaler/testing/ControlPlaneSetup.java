package org.homelab.autoscaler.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files and command lines of one control plane.
 *
 * <p>One bearer token in the group system:masters is everybody's identity, and the API server signs
 * its own certificate: no other tool is needed.
 */
record ControlPlaneSetup(
    Path assets,
    Path folder,
    int etcdPort,
    int peerPort,
    int apiPort,
    List<String> apiServerArguments) {
  private static final Pattern REVISION = Pattern.compile("\"revision\":\"(\\d+)\"");

  static ControlPlaneSetup create(Path assets, List<String> apiServerArguments) {
    try {
      Path target = Files.createDirectories(Path.of("target", "control-plane").toAbsolutePath());
      Path folder = Files.createTempDirectory(target, "run-");
      List<Integer> ports = Ports.free(3);
      ControlPlaneSetup setup =
          new ControlPlaneSetup(
              assets, folder, ports.get(0), ports.get(1), ports.get(2), apiServerArguments);
      Files.createDirectory(setup.etcdData());
      Files.writeString(setup.tokens(), UUID.randomUUID() + ",admin,admin,system:masters\n");
      setup.writeServiceAccountKeys();
      try (InputStream stages = ControlPlane.class.getResourceAsStream("/kwok-stages.yaml")) {
        Files.copy(stages, setup.stages());
      }
      return setup;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ChildProcess etcd() {
    String clients = "http://127.0.0.1:" + etcdPort;
    String peers = "http://127.0.0.1:" + peerPort;
    return run(
        "etcd",
        "--data-dir=" + etcdData(),
        "--unsafe-no-fsync",
        "--log-level=warn",
        "--listen-client-urls=" + clients,
        "--advertise-client-urls=" + clients,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=default=" + peers);
  }

  ChildProcess apiServer() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + apiPort,
                "--cert-dir=" + certificates(),
                "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--authorization-mode=RBAC",
                "--token-auth-file=" + tokens(),
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                "--service-account-key-file=" + serviceAccountKey(),
                "--service-account-signing-key-file=" + serviceAccountKey(),
                "--profiling=false"));
    arguments.addAll(apiServerArguments);
    return run("kube-apiserver", arguments.toArray(String[]::new));
  }

  ChildProcess part(ControlPlane.Part part) {
    return switch (part) {
      case CONTROLLERS ->
          run(
              "kube-controller-manager",
              "--kubeconfig=" + kubeconfig(),
              "--leader-elect=false",
              "--secure-port=0",
              "--profiling=false",
              "--kube-api-qps=200",
              "--kube-api-burst=400",
              "--service-account-private-key-file=" + serviceAccountKey(),
              "--node-monitor-period=1s",
              "--node-monitor-grace-period=" + ControlPlane.NODE_GRACE.toSeconds() + "s");
      case SCHEDULER ->
          run(
              "kube-scheduler",
              "--kubeconfig=" + kubeconfig(),
              "--leader-elect=false",
              "--secure-port=0",
              "--profiling=false");
      case KWOK ->
          run(
              "kwok",
              "--kubeconfig=" + kubeconfig(),
              "--config=" + stages(),
              "--cidr=10.0.0.0/16",
              "--node-ip=10.0.0.1",
              "--manage-all-nodes=false",
              "--manage-nodes-with-label-selector=type=kwok",
              // It renews after a quarter of this.
              "--node-lease-duration-seconds=4");
    };
  }

  Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  /** Whether the API server has signed its certificate. */
  boolean certificateIsThere() {
    return Files.exists(certificate());
  }

  Path writeKubeconfig(String name, int port) {
    try {
      return writeKubeconfig(name, port, Files.readString(tokens()).split(",", 2)[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path writeKubeconfig(String name, int port, String token) {
    String text =
        """
        apiVersion: v1
        kind: Config
        clusters:
          - name: test
            cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}
        users:
          - name: admin
            user: {token: %s}
        contexts:
          - name: test
            context: {cluster: test, user: admin}
        current-context: test
        """;
    try {
      String authority = Base64.getEncoder().encodeToString(Files.readAllBytes(certificate()));
      return Files.writeString(folder.resolve(name), text.formatted(port, authority, token));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void compactEtcd() {
    Matcher revision = REVISION.matcher(askEtcd("range", "{\"key\":\"AA==\"}"));
    if (!revision.find()) {
      throw new IllegalStateException("etcd told no revision");
    }
    askEtcd("compaction", "{\"revision\":" + revision.group(1) + ",\"physical\":true}");
  }

  /** Removes everything but the logs. */
  void removeData() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(folder) && !file.toString().endsWith(".log")) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ChildProcess run(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(assets.resolve(program).toString()));
    command.addAll(List.of(arguments));
    return ChildProcess.start(program, command, Map.of(), folder, folder.resolve(program + ".log"));
  }

  private String askEtcd(String what, String question) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + etcdPort + "/v3/kv/" + what))
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("etcd " + what + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void writeServiceAccountKeys() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair pair = generator.generateKeyPair();
      String body =
          Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
              .encodeToString(pair.getPrivate().getEncoded());
      Files.writeString(
          serviceAccountKey(),
          "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path etcdData() {
    return folder.resolve("etcd");
  }

  private Path tokens() {
    return folder.resolve("tokens.csv");
  }

  private Path serviceAccountKey() {
    return folder.resolve("service-accounts.key");
  }

  private Path certificates() {
    return folder.resolve("certificates");
  }

  private Path certificate() {
    return certificates().resolve("apiserver.crt");
  }

  private Path stages() {
    return folder.resolve("kwok-stages.yaml");
  }
}
