package org.homelab.autoscaler.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.EditReplacePatchable;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Manifests.Manifest;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.Thresholds;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server with our CRDs accepts, fills in and refuses. */
@NeedsControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManifestValidationIT {
  private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();
  private static final int TEXTS = 400;

  private static final String TIME = "2026-11-01T08:00:00.123Z";

  private final ControlPlane controlPlane;
  private final KubernetesClient client;

  ManifestValidationIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
    controlPlane.applyCrds();
  }

  static Stream<Manifest> valid() {
    return Manifests.valid();
  }

  static Stream<Manifest> invalid() {
    return Manifests.invalid();
  }

  @ParameterizedTest
  @MethodSource("valid")
  void acceptsAValidManifestWithNoFieldUnknown(Manifest manifest) {
    assertThatCode(() -> create(resource(manifest))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void refusesAnInvalidManifestAndSaysWhatToWrite(Manifest manifest) {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> create(resource(manifest)))
        .satisfies(refusal -> assertThat(refusal.getCode()).isEqualTo(422))
        .withMessageContaining(Manifests.message(manifest));
  }

  @Test
  void fillsInWhatAGroupLeavesOut() {
    Group group = new Group();
    group.getMetadata().setName("rack");
    group.setSpec(null);
    GroupSpec spec = create(group).getSpec();
    assertThat(spec)
        .isEqualTo(
            new GroupSpec(
                0,
                null,
                null,
                new Timeouts(null, "5m", "5m"),
                "fail",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null));
  }

  @Test
  void fillsInWhatANodeLeavesOutButNotWhatItsGroupDecides() {
    NodeSpec spec = create(node()).getSpec();
    assertThat(spec.timeouts()).isNull();
    assertThat(spec.startupPodSpec().ttlSecondsAfterFinished()).isEqualTo(600);
    assertThat(spec.startupPodSpec().backoffLimit()).isEqualTo(2);
    assertThat(spec.startupPodSpec().hostNetwork()).isFalse();
    assertThat(spec.startupPodSpec().serviceAccount()).isNull();
  }

  @Test
  void keepsAllOfAStatus() {
    String namespace = controlPlane.newNamespace("status");
    Node node = client.resource(node()).inNamespace(namespace).create();
    Condition ready =
        new ConditionBuilder()
            .withType("Ready")
            .withStatus("True")
            .withReason("NodeReady")
            .withMessage("")
            .withObservedGeneration(1L)
            .withLastTransitionTime(TIME)
            .build();
    Map<String, Quantity> resources = Map.of("cpu", new Quantity("7800m"));
    NodeTemplate template =
        new NodeTemplate(
            Map.of("example.com/arch", "amd64"),
            null,
            List.of(new Taint("NoSchedule", "example.com/gpu", null, "present")),
            resources,
            resources,
            true);
    node.setStatus(
        new NodeStatus(
            "",
            "startingup",
            "unknown",
            "rack",
            "Booting",
            TIME,
            TIME,
            3,
            new NodeStatus.Operation("startup", TIME, 3, TIME, "rack-1-startup-3"),
            new NodeStatus.Failure("startup", "JobFailed", "Exit code 1.", TIME, 2, "again", "abc"),
            "k3s://rack-1",
            template,
            1L,
            List.of(ready),
            List.of(new NodeStatus.Transition(TIME, "startingup", "PowerOnWanted", "by hand")),
            TIME,
            "until=2026-12-01T08:00:00Z; big build"));
    Node written =
        client.resource(node).fieldValidation(FieldValidateable.Validation.STRICT).updateStatus();
    assertThat(written.getStatus()).isEqualTo(node.getStatus());
  }

  @Test
  void theKubernetesNodeStaysTheSameUntilAPowerOffIsOver() {
    String namespace = controlPlane.newNamespace("status");
    Node node = client.resource(node()).inNamespace(namespace).create();
    var stored =
        client.resources(Node.class).inNamespace(namespace).withName(node.getMetadata().getName());
    String operation = "{type: shutdown, startedAt: \"%s\"}".formatted(TIME);
    patch(
        stored.subresource("status"),
        "status: {powerState: \"\", progress: shuttingdown, operation: %s}",
        operation);

    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> patch(stored, "spec: {kubernetesNodeName: %s}", "another"))
        .withMessageContaining("spec.kubernetesNodeName")
        .withMessageContaining("leave it as it is while a power-off is under way");
    patch(stored, "spec: {powerState: \"%s\"}", "on");

    patch(
        stored.subresource("status"),
        "status: {powerState: \"\", progress: shutdown, operation: %s}",
        "null");
    patch(stored, "spec: {kubernetesNodeName: %s}", "another");
    assertThat(stored.get().getSpec().kubernetesNodeName()).isEqualTo("another");
  }

  private static void patch(EditReplacePatchable<Node> node, String yaml, String value) {
    node.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        KUBERNETES.asJson(KUBERNETES.unmarshal(yaml.formatted(value), Map.class)));
  }

  @Test
  void refusesAStatusWithoutProgress() {
    String namespace = controlPlane.newNamespace("status");
    Node node = client.resource(node()).inNamespace(namespace).create();
    node.setStatus(
        new NodeStatus(
            "on", null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null));
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> client.resource(node).updateStatus())
        .withMessageContaining("status.progress: Required value");
  }

  /** Fixed seed: the same texts in every run. */
  @Test
  void admitsTheDurationsAndThresholdsThatCanBeReadAndNoOthers() {
    Random random = new Random(1);
    List<String> texts = Stream.generate(() -> Texts.random(random)).limit(TEXTS).toList();
    assertThat(texts)
        .allSatisfy(
            text -> {
              List<String> refused = refusedFields(text);
              assertThat(refused.contains("spec.scaleDownUnneededTime"))
                  .isEqualTo(isRefused(Durations::parse, text));
              assertThat(refused.contains("spec.scaleDownUtilizationThreshold"))
                  .isEqualTo(isRefused(Thresholds::parse, text));
            });
  }

  private List<String> refusedFields(String text) {
    Group group = new Group();
    group.getMetadata().setName("rack");
    group.setSpec(
        new GroupSpec(
            null, null, null, null, null, text, null, text, null, null, null, null, null, null,
            null, null, null, null));
    KubernetesClientException refusal =
        catchThrowableOfType(KubernetesClientException.class, () -> create(group));
    return refusal == null
        ? List.of()
        : refusal.getStatus().getDetails().getCauses().stream().map(StatusCause::getField).toList();
  }

  private static boolean isRefused(Consumer<String> parser, String text) {
    return catchThrowableOfType(IllegalArgumentException.class, () -> parser.accept(text)) != null;
  }

  private static Node node() {
    Node node = new Node();
    node.getMetadata().setName("rack-1");
    node.setSpec(
        new NodeSpec(
            PowerState.OFF,
            "rack-1",
            null,
            power("on"),
            power("off"),
            null,
            null,
            null,
            null,
            null,
            null));
    return node;
  }

  private static PowerPodSpec power(String image) {
    return new PowerPodSpec(
        image, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null);
  }

  private <T extends HasMetadata> T create(T resource) {
    return client
        .resource(resource)
        .inNamespace("default")
        .dryRun()
        .fieldValidation(FieldValidateable.Validation.STRICT)
        .create();
  }

  private static HasMetadata resource(Manifest manifest) {
    GenericKubernetesResource resource =
        KUBERNETES.convertValue(manifest.tree(), GenericKubernetesResource.class);
    resource.getMetadata().setNamespace("default");
    return resource;
  }
}
