package org.homelab.autoscaler;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Hardware;
import org.homelab.autoscaler.testing.Hardware.Machine;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.KwokNodes;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Plugs;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;
import org.homelab.autoscaler.testing.ProviderClient;
import org.homelab.autoscaler.testing.RunFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The main job on a real control plane: the Cluster Autoscaler asks for two of three machines, they
 * are powered on, join and run pods; it takes one back, which is drained and powered off. Whatever
 * the machines are called, and whenever our process dies, all views agree at every look.
 */
@NeedsControlPlane
@Proves("the packaged program does its job on a real control plane, killed in the middle of it too")
class MainJobIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String GROUP = "rack";
  private static final int PODS = 4;

  /** When our process dies without a word. */
  private enum Death {
    NEVER,
    MID_BOOT,
    MID_SHUTDOWN
  }

  /** What differs from run to run. */
  enum Story {
    SAME_NAMES("m%d", "m%d", Optional.empty(), Optional.empty(), Death.NEVER),
    OTHER_KUBERNETES_NAMES(
        "rack-%d", "worker%d.lan", Optional.empty(), Optional.empty(), Death.NEVER),
    DECLARED_PROVIDER_IDS(
        "m%d",
        "worker-%d", Optional.of("k3s://worker-%d"), Optional.of("k3s://worker-%d"), Death.NEVER),
    PROVIDER_IDS_FROM_THE_KUBELET(
        "m%d", "worker-%d", Optional.empty(), Optional.of("k3s://worker-%d"), Death.NEVER),
    BY_A_DEVICE_OVER_HTTP("m%d", "worker-%d", Optional.empty(), Optional.empty(), Death.NEVER),
    KILLED_MID_BOOT("m%d", "worker-%d", Optional.empty(), Optional.empty(), Death.MID_BOOT),
    KILLED_MID_SHUTDOWN("m%d", "worker-%d", Optional.empty(), Optional.empty(), Death.MID_SHUTDOWN);

    private final String name;
    private final String kubernetesName;
    private final Optional<String> declaredId;
    private final Optional<String> kubeletId;
    private final Death death;

    Story(
        String name,
        String kubernetesName,
        Optional<String> declaredId,
        Optional<String> kubeletId,
        Death death) {
      this.name = name;
      this.kubernetesName = kubernetesName;
      this.declaredId = declaredId;
      this.kubeletId = kubeletId;
      this.death = death;
    }
  }

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private Story story;
  private Homelab homelab;
  private Hardware hardware;
  private RunFolder process;
  private ProviderClient provider;
  private Agreement agreement;
  private Optional<Plugs> plugs = Optional.empty();

  MainJobIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @AfterEach
  void goHome() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
    controlPlane.reset();
  }

  @ParameterizedTest
  @EnumSource
  void machinesArePoweredOnWorkAndArePoweredOff(Story told) {
    story = told;
    setUp();
    scaleUp();
    Node victim = busiest();
    scaleDown(victim);

    if (plugs.isPresent()) {
      assertThat(plugs.get().commands()).hasSize(3);
      assertThat(plugs.get().violations()).isEmpty();
      assertThat(homelab.powerJobs()).isEmpty();
    } else {
      assertThat(homelab.powerJobs()).hasSize(3);
      assertThat(hardware.commands()).hasSize(3);
    }
    Proof.of(MainJobIT.class)
        .tried(Tried.LIVES, 1)
        .tried(Tried.CRASHES, story.death == Death.NEVER ? 0 : 1);
  }

  private void setUp() {
    controlPlane.applyCrds();
    client.resource(KwokNodes.alwaysOn()).create();
    homelab = new Homelab(client, controlPlane.newNamespace("main-job"));
    hardware = new Hardware(client, homelab.namespace());
    opened.push(hardware);
    if (story == Story.BY_A_DEVICE_OVER_HTTP) {
      plugs = Optional.of(new Plugs(hardware, homelab));
      plugs.ifPresent(opened::push);
    }
    homelab.group(GROUP);
    for (int i = 1; i <= 3; i++) {
      String kubernetesName = story.kubernetesName.formatted(i);
      describe(story.name.formatted(i), kubernetesName, numbered(story.declaredId, i));
      Duration bootDelay = Duration.ofMillis(story.death == Death.MID_BOOT ? 8_000 : 1_000L * i);
      Machine machine = Machine.booting(bootDelay);
      hardware.machine(
          kubernetesName,
          numbered(story.kubeletId, i).map(machine::withProviderId).orElse(machine));
    }
    homelab.apply(Workload.MANIFEST.formatted(PODS, PODS - 1));
    process =
        RunFolder.onCluster(
            "main-job-" + story.name(), controlPlane.kubeconfig(), homelab.namespace());
    opened.push(process);
    process.startAndAwaitReady();
    provider = process.provider();
    opened.push(provider);
    agreement = new Agreement(client, homelab, hardware, provider, GROUP);
    agreement.check();
    assertThat(provider.targetSize(GROUP)).isZero();
  }

  private void describe(String name, String kubernetesName, Optional<String> declaredId) {
    if (plugs.isPresent()) {
      homelab.apply(plugs.get().machine(name, GROUP, kubernetesName));
    } else {
      homelab.machine(name, GROUP, kubernetesName, declaredId);
    }
  }

  /** Commands of that type that machines have been given, by Jobs or a device. */
  private List<String> given(String type) {
    return plugs
        .map(device -> device.commands(type))
        .orElseGet(
            () ->
                homelab.powerJobs().stream()
                    .filter(job -> type.equals(job.getMetadata().getLabels().get("type")))
                    .map(job -> job.getMetadata().getLabels().get("node"))
                    .toList());
  }

  private void scaleUp() {
    provider.increase(GROUP, 2);
    assertThat(provider.targetSize(GROUP)).isEqualTo(2);
    agreement.check();
    until("two power-ons", () -> given("startup").size() == 2);
    if (story.death == Death.MID_BOOT) {
      dieAndComeBack(2);
    }
    until("two machines ready", () -> ready().size() == 2);
    until("pods run", () -> homelab.running("work").size() == PODS);
    until(
        "status says so",
        () -> ready().stream().allMatch(node -> homelab.says(machineOf(node), "ready", "on")));
    until("the group's status says so", () -> groupTarget() == 2);
    assertThat(provider.instances(GROUP))
        .allMatch(instance -> instance.getStatus().getInstanceState().name().endsWith("Running"));
  }

  private void scaleDown(Node victim) {
    String node = victim.getMetadata().getName();
    String machine = machineOf(victim);
    provider.delete(GROUP, ProviderClient.real(victim));
    agreement.gone(node);
    assertThat(provider.targetSize(GROUP)).isEqualTo(1);
    agreement.check();
    until("a power-off", () -> given("shutdown").contains(node));
    if (story.death == Death.MID_SHUTDOWN) {
      dieAndComeBack(1);
    }
    until("the Kubernetes node is gone", () -> client.nodes().withName(node).get() == null);
    until("the machine is off", () -> homelab.says(machine, "shutdown", "off"));
    until("the group's status says so", () -> groupTarget() == 1);
    until("pods run elsewhere", () -> homelab.running("work").size() == PODS);

    assertThat(homelab.running("work")).allMatch(pod -> !node.equals(pod.getSpec().getNodeName()));
    assertThat(given("startup")).containsOnlyOnce(node);
    assertThat(given("shutdown")).containsOnlyOnce(node);
    assertThat(provider.instances(GROUP)).hasSize(1);
    assertThat(homelab.status(machine).orElseThrow().template().allocatable())
        .containsKeys("cpu", "memory", "pods");
  }

  private void dieAndComeBack(int target) {
    process.kill();
    process.startAndAwaitReady();
    assertThat(provider.targetSize(GROUP)).isEqualTo(target);
  }

  private void until(String what, Callable<Boolean> condition) {
    await(what)
        .atMost(SOON)
        .pollInterval(200, MILLISECONDS)
        .until(
            () -> {
              agreement.check();
              return condition.call();
            });
  }

  private List<Node> ready() {
    return client.nodes().withLabel(Api.NODE_GROUP_LABEL, GROUP).list().getItems().stream()
        .filter(node -> "True".equals(KwokNodes.readiness(client, node.getMetadata().getName())))
        .toList();
  }

  private int groupTarget() {
    return homelab.groupStatus(GROUP).map(status -> status.targetSize()).orElse(-1);
  }

  private Node busiest() {
    Map<String, Long> podsByNode =
        homelab.running("work").stream()
            .map(Pod::getSpec)
            .map(spec -> spec.getNodeName())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    String name =
        podsByNode.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    return client.nodes().withName(name).get();
  }

  private static String machineOf(Node node) {
    return node.getMetadata().getLabels().get(Api.NODE_LABEL);
  }

  private static Optional<String> numbered(Optional<String> pattern, int number) {
    return pattern.map(text -> text.formatted(number));
  }
}
