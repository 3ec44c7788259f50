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
      "`simulate` touches nothing outside the process; `cluster` connects to the current kubeconfig"
          + " or the pod's service account."),
  NAMESPACE(
      "homelab.namespace",
      Kind.TEXT,
      "",
      "Namespace of Groups, Nodes and power Jobs; `*` means all. The pod's own, else"
          + " `homelab-autoscaler-system`, when empty."),
  GRPC_ENABLED(
      "homelab.grpc.enabled", Kind.BOOLEAN, "true", "Whether the Cluster Autoscaler is answered."),
  GRPC_HOST(
      "homelab.grpc.host",
      Kind.TEXT,
      "",
      "Address to listen on for the Cluster Autoscaler. `0.0.0.0` in cluster mode, `127.0.0.1` in"
          + " simulate mode, when empty."),
  GRPC_PORT("homelab.grpc.port", Kind.PORT, "50051", "Port for the Cluster Autoscaler."),
  GRPC_TLS_ENABLED(
      "homelab.grpc.tls.enabled",
      Kind.TEXT,
      "",
      "`true`: only callers with a certificate of `homelab.grpc.tls.client-ca` are answered. True"
          + " in cluster mode, false in simulate mode, when empty."),
  GRPC_TLS_CERT(
      "homelab.grpc.tls.cert",
      Kind.FILE,
      "",
      "PEM file of the server's certificate chain; its subject alternative name must be the host of"
          + " the Cluster Autoscaler's `address`."),
  GRPC_TLS_KEY(
      "homelab.grpc.tls.key",
      Kind.FILE,
      "",
      "PEM file of the server's private key, RSA or EC, as PKCS#8 without a password."),
  GRPC_TLS_CLIENT_CA(
      "homelab.grpc.tls.client-ca",
      Kind.FILE,
      "",
      "PEM file of the authorities that sign callers' certificates."),
  GRPC_TLS_RELOAD(
      "homelab.grpc.tls.reload",
      Kind.DURATION,
      "10s",
      "How often the three files are looked at; what has changed is used for new connections,"
          + " without a restart."),
  GRPC_KEEP_ALIVE_TIME(
      "homelab.grpc.keep-alive.time",
      Kind.DURATION,
      "30s",
      "Silence after which a caller's connection is checked; one that is dead is closed, so that"
          + " the caller makes a new one."),
  GRPC_KEEP_ALIVE_TIMEOUT(
      "homelab.grpc.keep-alive.timeout",
      Kind.DURATION,
      "10s",
      "How long the caller may take to answer that check."),
  GRPC_CONNECTION_AGE(
      "homelab.grpc.connection.age",
      Kind.DURATION,
      "10m",
      "Age at which a caller is asked to make a new connection, which costs it no call: so a"
          + " renewed certificate is met, and replicas share the load."),
  GRPC_CONNECTION_GRACE(
      "homelab.grpc.connection.grace",
      Kind.DURATION,
      "8s",
      "How long running calls may take to finish on a connection of that age, and when the process"
          + " stops."),
  HTTP_PORT(
      "homelab.http.port",
      Kind.PORT,
      "8080",
      "Port of the page, and of `platform-http` routes of yours."),
  HTTP_HOST(
      "homelab.http.host",
      Kind.TEXT,
      "",
      "Address to listen on for HTTP. `0.0.0.0` in cluster mode, `127.0.0.1` in simulate mode, when"
          + " empty."),
  PAGE_ENABLED(
      "homelab.page.enabled",
      Kind.BOOLEAN,
      "true",
      "Whether the page is served. It watches pods to count them."),
  PAGE_ACTIONS_ENABLED(
      "homelab.page.actions.enabled",
      Kind.BOOLEAN,
      "false",
      "Cluster mode: whether the page offers to hold, release, wake and put to sleep; each caller"
          + " then needs a Kubernetes token that may patch the Node."),
  ENERGY_TARIFF(
      "homelab.energy.tariff",
      Kind.TARIFF,
      "",
      "Price of a kilowatt hour: `0.32`, or others at times of the day: `0.32; 22:00-06:00=0.19`."
          + " With it the page shows money, and a machine whose watts are declared costs the"
          + " Cluster Autoscaler's price expander what it draws when it is busy."),
  ENERGY_TARIFF_CONFIG_MAP(
      "homelab.energy.tariff.config-map",
      Kind.TEXT,
      "",
      "ConfigMap in the operator's namespace whose entry `tariff` is the price of energy instead,"
          + " read once a minute, so that a flow of yours may write it."),
  ENERGY_CURRENCY(
      "homelab.energy.currency",
      Kind.TEXT,
      "EUR",
      "What the price of energy is in, for people to read."),
  ENERGY_TIME_ZONE(
      "homelab.energy.time-zone",
      Kind.ZONE,
      "UTC",
      "Time zone whose clocks and calendar the tariff and the days of energy are told by, such as"
          + " `Europe/Berlin`."),
  MANAGEMENT_PORT(
      "homelab.management.port",
      Kind.PORT,
      "9876",
      "Port of `/observe/health`, `/observe/health/live`, `/observe/health/ready` and"
          + " `/observe/metrics`."),
  HEALTH_CHECK_SCHEDULE(
      "homelab.health-check.schedule",
      Kind.CRON,
      "0/10 * * * * ?",
      "How often each machine is checked whose Node and Group name no schedule: cron with 5, 6 or 7"
          + " fields, in UTC."),
  HEALTH_CHECK_THREADS(
      "homelab.health-check.threads",
      Kind.COUNT,
      "64",
      "How many machines are probed at the same time."),
  RESYNC_SCHEDULE(
      "homelab.resync.schedule",
      Kind.TEXT,
      "0 0/5 * * * ?",
      "How often everything is looked at again: Quartz cron."),
  WATCH_DURATION(
      "homelab.watch.duration",
      Kind.DURATION,
      "30s",
      "How long the API server is asked to keep a watch open before it is opened anew. One that has not ended a third of that and 2 s later has lost its server without being told: it is closed, and its resource is listed and watched over another connection."),
  ROUTES(
      "homelab.routes",
      Kind.TEXT,
      "routes",
      "Folder of the shipped routes; a relative one is looked for beside the jar, then in the"
          + " working directory."),
  ROUTES_CUSTOM(
      "homelab.routes.custom",
      Kind.TEXT,
      "",
      "Folder of your own routes; a shipped route with the same id is left out."),
  FLOWS_PATIENCE(
      "homelab.flows.patience",
      Kind.DURATION,
      "30s",
      "How long a flow of yours may take at an extension point; then it is interrupted and has"
          + " failed."),
  NODE_NAME(
      "homelab.node-name",
      Kind.TEXT,
      "",
      "Kubernetes node that the operator itself runs on, which is never powered off (downward API:"
          + " `spec.nodeName`)."),
  POWER_PODS_SERVICE_ACCOUNT(
      "homelab.power-pods.service-account",
      Kind.TEXT,
      "default",
      "Service account of power Jobs whose pod spec names none; no token of it is mounted."),
  POWER_PODS_RESTRICTED(
      "homelab.power-pods.restricted",
      Kind.BOOLEAN,
      "true",
      "`true`: what the `securityContext` of a pod spec leaves open is filled in as Pod Security"
          + " `restricted` asks for (user 65532, no privileges); `false`: it is left to the"
          + " image."),
  POD_NAME(
      "homelab.pod-name",
      Kind.TEXT,
      "",
      "What this replica is called in the Lease (downward API: `metadata.name`). The host name and"
          + " something random when empty."),
  LEADER_LEASE(
      "homelab.leader.lease",
      Kind.TEXT,
      "homelab-autoscaler",
      "Name of the Lease that says which replica acts; it lies in `homelab.namespace`, for `*` in"
          + " the pod's own."),
  LEADER_DURATION(
      "homelab.leader.duration",
      Kind.DURATION,
      "15s",
      "How long a replica that falls silent keeps the Lease; whole seconds, at least 5 times"
          + " `homelab.leader.retry`."),
  LEADER_RETRY(
      "homelab.leader.retry",
      Kind.DURATION,
      "2s",
      "How often the leader renews the Lease and the others look at it."),
  WORKERS("homelab.workers", Kind.COUNT, "4", "How many machines are worked on at the same time."),
  QUARANTINE_FAILURES(
      "homelab.quarantine.failures",
      Kind.COUNT,
      "3",
      "Failed operations in a row that put a machine into quarantine."),
  QUARANTINE_PROBE(
      "homelab.quarantine.probe",
      Kind.DURATION_OR_NONE,
      "6h",
      "How long after its last failure a machine in quarantine gets one more try by itself; `0s`:"
          + " never."),
  POWER_UPS_AT_ONCE(
      "homelab.power-ups.at-once",
      Kind.CYCLES,
      "0",
      "Most machines of one group on their way up at the same time where the Group has no"
          + " `powerUps.atOnce`; 0: any number."),
  POWER_UPS_SPACING(
      "homelab.power-ups.spacing",
      Kind.DURATION_OR_NONE,
      "1s",
      "Least time between two power-ons in one group where the Group has no `powerUps.spacing`, so"
          + " that inrush currents do not add up; `0s`: none."),
  CIRCUIT_AT_ONCE(
      "homelab.circuit.at-once",
      Kind.CYCLES,
      "2",
      "Most machines that name the same `spec.circuit` on their way up at the same time, whatever"
          + " their groups; 0: any number."),
  CIRCUIT_SPACING(
      "homelab.circuit.spacing",
      Kind.DURATION_OR_NONE,
      "5s",
      "Least time between two power-ons on one circuit; `0s`: none."),
  DRY_RUN(
      "homelab.dry-run",
      Kind.BOOLEAN,
      "false",
      "`true`: every decision is told, in conditions, Events and the log, and nothing is touched,"
          + " except that a cordon of ours is taken back; orders of the Cluster Autoscaler are"
          + " refused."),
  TRACES_ENDPOINT(
      "homelab.traces.endpoint",
      Kind.ADDRESS,
      "",
      "Where an OpenTelemetry collector takes traces by OTLP over HTTP, such as `http://collector.monitoring:4318/v1/traces`; none are made when empty ([operations.md](operations.md#traces))."),
  BACK_OFF(
      "homelab.back-off",
      Kind.DURATION,
      "1m",
      "Pause after a first failed operation; doubles with each further one, up to 30 times as"
          + " long."),
  SETTLE(
      "homelab.settle",
      Kind.DURATION,
      "1m",
      "How long a Kubernetes node must be NotReady before a machine that nobody switched off counts"
          + " as off."),
  GPU_LABEL("homelab.gpu.label", Kind.TEXT, "accelerator", "Label of Kubernetes nodes with a GPU."),
  HOST_NETWORK(
      "homelab.host-network",
      Kind.BOOLEAN,
      "false",
      "Whether the operator is on the network of its host, so that its Wake-on-LAN broadcasts reach"
          + " the machines; else a Job on the host's network sends them."),
  IMAGE(
      "homelab.image",
      Kind.TEXT,
      "",
      "Container image of the operator itself, for the Jobs that send Wake-on-LAN broadcasts on the"
          + " host's network."),
  SECRETS(
      "homelab.secrets",
      Kind.TEXT,
      "",
      "Folder in which the Secrets of recipes are mounted, each in a folder of its name; read from"
          + " the API server when empty."),
  SIMULATE_CYCLES(
      "homelab.simulate.cycles",
      Kind.CYCLES,
      "0",
      "Simulate mode: end after so many full up-and-down cycles; 0 runs until stopped. Short:"
          + " `--cycles`.");

  /** What a value must look like. */
  enum Kind {
    TEXT("any text"),
    MODE("simulate or cluster"),
    BOOLEAN("true or false"),
    PORT("a port between 1 and 65535"),
    COUNT("a whole number from 1 on"),
    CYCLES("a whole number from 0 on"),
    CRON("cron with 5, 6 or 7 fields, such as 0/10 * * * * ?"),
    TARIFF("a price such as 0.32, or 0.32; 22:00-06:00=0.19"),
    ADDRESS("an http or https address, such as http://collector:4318/v1/traces"),
    ZONE("a time zone such as Europe/Berlin"),
    DURATION("a duration such as 30s, 10m or 1h30m"),
    DURATION_OR_NONE("a duration such as 30s, 10m or 1h30m, or 0s"),
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
