package org.homelab.autoscaler;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that can be set. Read, in this order, from the command line ({@code
 * --grpc.port=50051}), from the environment ({@code HOMELAB_GRPC_PORT}) and from here. Routes may
 * use each as a property placeholder under its key.
 */
public enum Setting {
  MODE(
      "homelab.mode",
      Kind.MODE,
      "simulate",
      "`simulate` touches nothing outside the process; `cluster` connects to the current kubeconfig or the pod's service account."),
  NAMESPACE(
      "homelab.namespace",
      Kind.TEXT,
      "",
      "Namespace of Groups, Nodes and power Jobs; `*` means all. The pod's own, else `homelab-autoscaler-system`, when empty."),
  GRPC_ENABLED(
      "homelab.grpc.enabled", Kind.BOOLEAN, "true", "Whether the Cluster Autoscaler is answered."),
  GRPC_HOST(
      "homelab.grpc.host",
      Kind.TEXT,
      "",
      "Address to listen on for the Cluster Autoscaler. `0.0.0.0` in cluster mode, `127.0.0.1` in simulate mode, when empty."),
  GRPC_PORT("homelab.grpc.port", Kind.PORT, "50051", "Port for the Cluster Autoscaler."),
  GRPC_TLS_ENABLED(
      "homelab.grpc.tls.enabled",
      Kind.TEXT,
      "",
      "`true`: only callers with a certificate of `homelab.grpc.tls.client-ca` are answered. True in cluster mode, false in simulate mode, when empty."),
  GRPC_TLS_CERT(
      "homelab.grpc.tls.cert",
      Kind.FILE,
      "",
      "PEM file of the server's certificate chain; its subject alternative name must be the host of the Cluster Autoscaler's `address`."),
  GRPC_TLS_KEY("homelab.grpc.tls.key", Kind.FILE, "", "PEM file of the server's key, PKCS#8."),
  GRPC_TLS_CLIENT_CA(
      "homelab.grpc.tls.client-ca",
      Kind.FILE,
      "",
      "PEM file of the authority that signs callers' certificates."),
  HTTP_PORT("homelab.http.port", Kind.PORT, "8080", "Port for HTTP; nothing is served there yet."),
  MANAGEMENT_PORT(
      "homelab.management.port",
      Kind.PORT,
      "9876",
      "Port of `/observe/health`, `/observe/health/live`, `/observe/health/ready` and `/observe/metrics`."),
  HEALTH_CHECK_SCHEDULE(
      "homelab.health-check.schedule",
      Kind.TEXT,
      "0/10 * * * * ?",
      "How often each machine is checked: cron with 5, 6 or 7 fields."),
  RESYNC_SCHEDULE(
      "homelab.resync.schedule",
      Kind.TEXT,
      "0 0/5 * * * ?",
      "How often everything is looked at again: Quartz cron."),
  ROUTES(
      "homelab.routes",
      Kind.TEXT,
      "routes",
      "Folder of the shipped routes; a relative one is looked for beside the jar, then in the working directory."),
  ROUTES_CUSTOM(
      "homelab.routes.custom",
      Kind.TEXT,
      "",
      "Folder of your own routes; a shipped route with the same id is left out."),
  NODE_NAME(
      "homelab.node-name",
      Kind.TEXT,
      "",
      "Kubernetes node that the operator itself runs on, which is never powered off (downward API: `spec.nodeName`)."),
  WORKERS("homelab.workers", Kind.COUNT, "4", "How many machines are worked on at the same time."),
  QUARANTINE_FAILURES(
      "homelab.quarantine.failures",
      Kind.COUNT,
      "3",
      "Failed operations in a row that put a machine into quarantine."),
  BACK_OFF(
      "homelab.back-off",
      Kind.DURATION,
      "1m",
      "Pause after a first failed operation; doubles with each further one, up to 30 times as long."),
  SETTLE(
      "homelab.settle",
      Kind.DURATION,
      "1m",
      "How long a Kubernetes node must be NotReady before a machine that nobody switched off counts as off."),
  GPU_LABEL("homelab.gpu.label", Kind.TEXT, "accelerator", "Label of Kubernetes nodes with a GPU."),
  SIMULATE_CYCLES(
      "homelab.simulate.cycles",
      Kind.CYCLES,
      "0",
      "Simulate mode: end after so many full up-and-down cycles; 0 runs until stopped. Short: `--cycles`.");

  /** What a value must look like. */
  enum Kind {
    TEXT("any text"),
    MODE("simulate or cluster"),
    BOOLEAN("true or false"),
    PORT("a port between 1 and 65535"),
    COUNT("a whole number from 1 on"),
    CYCLES("a whole number from 0 on"),
    DURATION("a duration such as 30s, 10m or 1h30m"),
    FILE("the path of a file that can be read");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private final String key;
  private final Kind kind;
  private final String fallback;
  private final String meaning;

  Setting(String key, Kind kind, String fallback, String meaning) {
    this.key = key;
    this.kind = kind;
    this.fallback = fallback;
    this.meaning = meaning;
  }

  /** The property's name, {@code homelab.grpc.port}. */
  public String key() {
    return key;
  }

  Kind kind() {
    return kind;
  }

  /** The value where nobody says otherwise. */
  public String fallback() {
    return fallback;
  }

  /** What it does, in a sentence or two. */
  public String meaning() {
    return meaning;
  }

  /** The environment variable, {@code HOMELAB_GRPC_PORT}. */
  public String environment() {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The command line option, {@code --grpc.port}. */
  public String option() {
    return this == SIMULATE_CYCLES ? "--cycles" : "--" + key.substring("homelab.".length());
  }

  /**
   * The setting of that name, as {@code grpc.port}, {@code homelab.grpc.port} or {@code cycles}.
   */
  static Optional<Setting> named(String name) {
    return Arrays.stream(values())
        .filter(
            setting ->
                setting.key.equals(name)
                    || setting.key.equals("homelab." + name)
                    || setting.option().equals("--" + name))
        .findFirst();
  }
}
