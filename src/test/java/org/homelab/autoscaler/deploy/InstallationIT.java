package org.homelab.autoscaler.deploy;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Hardware;
import org.homelab.autoscaler.testing.Hardware.Machine;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.Kubectl;
import org.homelab.autoscaler.testing.KwokNodes;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.ProviderClient;
import org.homelab.autoscaler.testing.RunFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shipped overlays on a real API server with RBAC, Pod Security and an audit log: they are
 * accepted, their pods run, and the program does its whole work under the service account that is
 * installed, with every right that was granted and without one that was not.
 */
@NeedsControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstallationIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String NAMESPACE = "lab";
  private static final String PREFIX = "my-";
  private static final String GROUP = "rack";
  private static final String WORKER = "worker";

  /**
   * What a user's own overlay is: another namespace, a prefix, and the folder that carries both.
   */
  private static final String OVERLAY_OF_A_USER =
      """
      resources: [../../../kustomize/overlays/k3s]
      namespace: lab
      namePrefix: my-
      transformers: [../../../kustomize/names]
      """;

  private ControlPlane controlPlane;
  private KubernetesClient client;
  private Kubectl kubectl;
  private AuditLog audit;

  @BeforeAll
  void start() throws Exception {
    Path log = Path.of("target", "installation", "audit.log").toAbsolutePath();
    java.nio.file.Files.createDirectories(log.getParent());
    java.nio.file.Files.deleteIfExists(log);
    Kubectl.withoutCluster();
    controlPlane =
        ControlPlane.start(
            Path.of(System.getenv("KUBEBUILDER_ASSETS")),
            EnumSet.allOf(ControlPlane.Part.class),
            "--audit-policy-file="
                + Path.of("src", "test", "resources", "audit-policy.yaml").toAbsolutePath(),
            "--audit-log-path=" + log);
    client = controlPlane.client();
    kubectl = Kubectl.of(controlPlane.kubeconfig());
    audit = new AuditLog(log);
    client.resource(tainted(KwokNodes.alwaysOn())).create();
  }

  @AfterAll
  void stop() {
    if (controlPlane != null) {
      controlPlane.close();
    }
  }

  /** As kubeadm and Talos leave a control plane. */
  private static io.fabric8.kubernetes.api.model.Node tainted(
      io.fabric8.kubernetes.api.model.Node node) {
    return node.edit()
        .editSpec()
        .addNewTaint()
        .withKey("node-role.kubernetes.io/control-plane")
        .withEffect("NoSchedule")
        .endTaint()
        .endSpec()
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k3s", "kubeadm", "talos"})
  @Order(1)
  void anOverlayIsAcceptedAndItsPodsRunAwayFromMachines(String overlay) {
    apply(Overlay.render(kubectl, Path.of("kustomize", "overlays", overlay)));

    await(overlay).atMost(SOON).until(() -> running("homelab-autoscaler-system").size() >= 3);
    assertThat(running("homelab-autoscaler-system"))
        .extracting(pod -> pod.getSpec().getNodeName())
        .containsOnly("always-on");
  }

  /** So that what the audit shows of one of them is true of all. */
  @ParameterizedTest
  @ValueSource(strings = {"kubeadm", "talos"})
  @Order(1)
  void everyOverlayGrantsTheSameRightsToTheSameAccounts(String overlay) {
    Set<String> rights = rights(Overlay.render(kubectl, Path.of("kustomize", "overlays", "k3s")));
    assertThat(rights).isNotEmpty();
    assertThat(rights(Overlay.render(kubectl, Path.of("kustomize", "overlays", overlay))))
        .isEqualTo(rights);
  }

  private static Set<String> rights(Overlay overlay) {
    return overlay.objects().stream()
        .filter(
            object ->
                object.getApiVersion().startsWith("rbac.authorization.k8s.io/")
                    || object.getKind().equals("ServiceAccount"))
        .map(Serialization::asYaml)
        .collect(Collectors.toSet());
  }

  @Test
  @Order(2)
  void theWholeWorkIsDoneUnderTheInstalledAccountWithEveryRightAndNoOther() {
    Overlay overlay = Overlay.render(kubectl, NAMESPACE, OVERLAY_OF_A_USER);
    apply(overlay);
    var installation = new Installation(controlPlane, overlay, PREFIX, NAMESPACE);
    installation.makeCertificates();
    ProviderClient.Identity caller = installation.clusterAutoscaler();
    assertThat(caller.host()).isEqualTo(installation.serviceHost());

    client.resource(KwokNodes.booting(WORKER, Duration.ZERO, Optional.empty())).create();
    var homelab = new Homelab(client, NAMESPACE);
    try (var hardware = new Hardware(client, NAMESPACE);
        RunFolder first = installation.replica("first", WORKER);
        RunFolder second = installation.replica("second", WORKER)) {
      rack(homelab, hardware);
      first.with("HOMELAB_HEALTH_CHECK_SCHEDULE", "0/2 * * * * ?");
      second.with("HOMELAB_HEALTH_CHECK_SCHEDULE", "0/2 * * * * ?");
      first.startAndAwaitReady();
      second.startAndAwaitReady();
      try (ProviderClient provider = second.provider(caller)) {
        work(homelab, hardware, provider);
        disturb(homelab, hardware, provider, installation);
      }
      assertThat(hardware.violations()).isEmpty();
      first.stop();
      second.stop();
    }
    for (String account : installation.accounts()) {
      Set<Rights.Right> rights = Rights.of(overlay, account);
      List<AuditLog.Request> requests = audit.of(NAMESPACE, account);
      assertThat(requests).as("requests of %s", account).isNotEmpty();
      assertThat(requests).as("denied").filteredOn(AuditLog.Request::denied).isEmpty();
      assertThat(AuditLog.unused(rights, requests)).as("rights that nobody needs").isEmpty();
    }
    assertThat(audit.of(NAMESPACE, installation.name("homelab-autoscaler-power"))).isEmpty();
  }

  /**
   * Two machines that obey, one whose Job never runs, two that must not be touched, and one whose
   * kubelet is silent.
   */
  private void rack(Homelab homelab, Hardware hardware) {
    homelab.group(GROUP);
    for (String machine : List.of("m1", "m2")) {
      homelab.machine(machine, GROUP, machine, Optional.empty());
      hardware.machine(machine, Machine.booting(Duration.ofSeconds(1)));
    }
    homelab.group("apart");
    homelab.machine("control-plane", "apart", "always-on", Optional.empty());
    homelab.group("dead");
    homelab.machine("stuck", "dead", "stuck", Optional.empty());
    homelab.apply(
        """
        apiVersion: infra.homecluster.dev/v1alpha1
        kind: Node
        metadata: {name: stuck, labels: {group: dead}}
        spec:
          powerState: "off"
          kubernetesNodeName: stuck
          timeouts: {startup: 3s}
          startupPodSpec: {image: "power:1", nodeSelector: {nowhere: "true"}}
          shutdownPodSpec: {image: "power:1"}
        """);
    homelab.apply(
        """
        apiVersion: infra.homecluster.dev/v1alpha1
        kind: Node
        metadata: {name: own, labels: {group: apart}}
        spec:
          powerState: "on"
          kubernetesNodeName: worker
          healthCheck:
            probes: [{http: {url: "https://127.0.0.1:%d/", caSecret: device-ca}}]
          startupPodSpec: {image: "power:1"}
          shutdownPodSpec: {image: "power:1"}
        """
            .formatted(controlPlane.apiPort()));
    homelab.machine("silent", "apart", "silent", Optional.empty());
    client.resource(KwokNodes.booting("silent", Duration.ofHours(1), Optional.empty())).create();
    homelab.apply(WORKLOAD);
  }

  private static final String WORKLOAD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: work
        labels: {app: work}
        annotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: "true"}
      spec:
        nodeSelector: {infra.homecluster.dev/group: rack}
        securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
        containers:
          - name: work
            image: work:1
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      """;

  private void work(Homelab homelab, Hardware hardware, ProviderClient provider) {
    provider.increase(GROUP, 2);
    provider.increase("dead", 1);
    until(
        "machines are on",
        () -> homelab.says("m1", "ready", "on") && homelab.says("m2", "ready", "on"));
    until("the pod runs", () -> homelab.running("work").size() == 1);
    until(
        "the Job that never ran is taken away",
        () -> homelab.powerJobs("stuck", "startup").isEmpty());

    String busy = homelab.running("work").get(0).getSpec().getNodeName();
    provider.delete(GROUP, ProviderClient.real(client.nodes().withName(busy).get()));
    until("the machine is off", () -> homelab.says(busy, "shutdown", "off"));
    until("its Kubernetes node is gone", () -> client.nodes().withName(busy).get() == null);
    assertThat(hardware.commands(busy, "shutdown")).hasSize(1);

    keep(homelab, busy.equals("m1") ? "m2" : "m1");

    for (String machine : List.of("own", "control-plane")) {
      patch(machine, "{\"spec\":{\"powerState\":\"off\"}}");
    }
    until("its own node is refused", () -> reason(homelab, "own").equals("OwnNode"));
    until("as is the rest", () -> reason(homelab, "control-plane").equals("ControlPlane"));
    assertThat(homelab.powerJobs(WORKER, "shutdown")).isEmpty();
    assertThat(homelab.powerJobs("always-on", "shutdown")).isEmpty();
    assertThat(KwokNodes.readiness(client, WORKER)).isEqualTo("True");
  }

  /** The Kubernetes node of a machine that is off stays, if the owner of its group wants so. */
  private void keep(Homelab homelab, String machine) {
    homelab.apply(
        """
        apiVersion: infra.homecluster.dev/v1alpha1
        kind: Group
        metadata: {name: rack}
        spec: {kubernetesNodes: keep, drain: {unmanagedPods: evict}}
        """);
    patch(machine, "{\"spec\":{\"powerState\":\"off\"}}");
    until("the machine is suspended", () -> suspended(machine));
  }

  private boolean suspended(String machine) {
    return client.nodes().withName(machine).get().getStatus().getConditions().stream()
        .anyMatch(is -> is.getType().equals("Suspended") && is.getStatus().equals("True"));
  }

  /** Somebody keeps writing to Nodes while they are ordered, until we have had to look again. */
  private void disturb(
      Homelab homelab, Hardware hardware, ProviderClient provider, Installation installation) {
    homelab.group("spare");
    List<String> spares = IntStream.range(0, 8).mapToObj(i -> "spare-" + i).toList();
    spares.forEach(spare -> homelab.machine(spare, "spare", spare, Optional.empty()));
    spares.forEach(spare -> hardware.machine(spare, Machine.booting(Duration.ofSeconds(1))));
    until("spares are there", () -> spares.stream().allMatch(s -> !reason(homelab, s).isEmpty()));
    var over = new AtomicBoolean();
    CompletableFuture<Void> scribbling =
        CompletableFuture.runAsync(
            () -> {
              while (!over.get()) {
                spares.forEach(this::scribble);
              }
            });
    String account = installation.name("homelab-autoscaler");
    await("an order that met another writer")
        .atMost(SOON)
        .pollInterval(100, MILLISECONDS)
        .until(
            () -> {
              order(provider);
              return audit.of(NAMESPACE, account).stream().anyMatch(InstallationIT::looksAgain);
            });
    over.set(true);
    scribbling.join();
  }

  private void scribble(String machine) {
    patch(
        machine, "{\"metadata\":{\"annotations\":{\"note\":\"%d\"}}}".formatted(System.nanoTime()));
  }

  private void patch(String machine, String change) {
    client
        .resources(Node.class)
        .inNamespace(NAMESPACE)
        .withName(machine)
        .patch(PatchContext.of(PatchType.JSON_MERGE), change);
  }

  private static void order(ProviderClient provider) {
    try {
      provider.increase("spare", 1);
    } catch (StatusRuntimeException refused) {
      // Not the answer is of interest here, but what was asked of the API server on the way to it.
      assertThat(refused.getStatus().getCode()).isNotNull();
    }
  }

  private static boolean looksAgain(AuditLog.Request request) {
    return request.verb().equals("get")
        && request.resource().equals("nodes")
        && request.apiGroup().equals("infra.homecluster.dev");
  }

  private static String reason(Homelab homelab, String machine) {
    return homelab.status(machine).map(status -> status.reason()).orElse("");
  }

  private void apply(Overlay overlay) {
    kubectl
        .run(List.of("apply", "--server-side", "--force-conflicts", "-f", "-"), overlay.manifest())
        .orFail();
  }

  private List<Pod> running(String namespace) {
    return client.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getMetadata().getLabels().containsKey("pod-template-hash"))
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .toList();
  }

  private static void until(String what, Callable<Boolean> condition) {
    await(what).atMost(SOON).pollInterval(200, MILLISECONDS).until(condition);
  }
}
