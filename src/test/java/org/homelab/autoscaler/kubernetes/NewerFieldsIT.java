package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.PowerIntent;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * This version beside definitions of a newer one, as after a roll-back: fields that it does not
 * know are neither in its way nor dropped by what it writes.
 */
@NeedsControlPlane
class NewerFieldsIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String FIELD = "future";
  private static final String SAID = "{\"by\":\"a newer version\"}";

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private TestCluster cluster;

  NewerFieldsIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @BeforeEach
  void start() {
    controlPlane.applyCrds();
    extend("nodes.infra.homecluster.dev");
    extend("groups.infra.homecluster.dev");
    cluster = new TestCluster(client, controlPlane.newNamespace("newer"), Clock.systemUTC());
    cluster.rackWithMachine("off");
  }

  @AfterEach
  void stop() {
    controlPlane.reset();
    controlPlane.applyCrds();
  }

  @Test
  void fieldsOfANewerVersionAreIgnoredAndOutliveEveryWrite() {
    say(resource(Node.class, "m1"), "spec");
    say(resource(Group.class, "rack"), "spec");
    cluster.groupStatus.write(cluster.fleet.group("rack").orElseThrow().key());
    cluster.status.write(cluster.look());
    say(resource(Node.class, "m1"), "status");
    say(resource(Group.class, "rack"), "status");
    assertThat(cluster.machine().problem()).isEmpty();

    var rack = cluster.fleet.group("rack").orElseThrow();
    cluster.intents.apply(
        rack, List.of(new PowerIntent(cluster.machine(), PowerState.ON, "a test")));
    Step on = cluster.step(new Decision.PowerOn(Reason.DESIRED_ON, 1));
    cluster.status.write(on);
    cluster.jobs.startup(on, 0);
    cluster.status.given(on);
    patch(
        resource(Node.class, "m1"),
        "{\"status\":{\"operation\":{\"%s\":%s}}}".formatted(FIELD, SAID));
    feed();
    assertThat(said("m1", "status", "operation", FIELD)).isNotNull();
    cluster.status.write(cluster.step(new Decision.FailStartup(Reason.BOOT_TIMEOUT, "not Ready")));
    cluster.groupStatus.write(rack.key());

    assertThat(said("m1", "spec", FIELD)).isNotNull();
    assertThat(said("m1", "status", FIELD)).isNotNull();
    assertThat(said("m1", "status", "failure", "reason")).isEqualTo("BootTimeout");
    assertThat(said("m1", "status", "operation"))
        .as("an operation that is over goes whole")
        .isNull();
    GenericKubernetesResource group = generic(resource(Group.class, "rack"));
    assertThat(group.<Object>get("spec", FIELD)).isNotNull();
    assertThat(group.<Object>get("status", FIELD)).isNotNull();
    assertThat(group.<Object>get("status", "order", "phase")).isEqualTo("Committed");
  }

  /** As a newer version's definition would: a field more in spec, status and the operation. */
  private void extend(String definition) {
    CustomResourceDefinition crd =
        client
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .load(Path.of("kustomize", "crd", definition + ".yaml").toFile())
            .item();
    JSONSchemaProps all = crd.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
    JSONSchemaProps status = all.getProperties().get("status");
    add(all.getProperties().get("spec"));
    add(status);
    if (status.getProperties().containsKey("operation")) {
      add(status.getProperties().get("operation"));
    }
    client.resource(crd).forceConflicts().serverSideApply();
  }

  private static void add(JSONSchemaProps object) {
    var anything = new JSONSchemaProps();
    anything.setType("object");
    anything.setXKubernetesPreserveUnknownFields(true);
    object.getProperties().put(FIELD, anything);
  }

  /** Until the API server has taken up the definition it drops the field. */
  private void say(Resource<?> resource, String part) {
    String patch = "{\"%s\":{\"%s\":%s}}".formatted(part, FIELD, SAID);
    await(part + "." + FIELD)
        .atMost(SOON)
        .until(
            () -> {
              patch(resource, patch);
              return generic(resource).get(part, FIELD) != null;
            });
    feed();
  }

  private static void patch(Resource<?> target, String patch) {
    PatchContext merge = PatchContext.of(PatchType.JSON_MERGE);
    if (patch.startsWith("{\"status\"")) {
      target.subresource("status").patch(merge, patch);
    } else {
      target.patch(merge, patch);
    }
  }

  /** What the watches would tell. */
  private void feed() {
    cluster.feed.machine(cluster.stored(), "APPLIED");
    cluster.feed.group(
        client.resources(Group.class).inNamespace(cluster.namespace).withName("rack").get(),
        "APPLIED");
  }

  private Object said(String node, Object... path) {
    return generic(resource(Node.class, node)).get(path);
  }

  private <T extends CustomResource<?, ?>> Resource<T> resource(Class<T> kind, String name) {
    return client.resources(kind).inNamespace(cluster.namespace).withName(name);
  }

  private GenericKubernetesResource generic(Resource<?> typed) {
    var seen = (HasMetadata) typed.get();
    return client
        .genericKubernetesResources(seen.getApiVersion(), seen.getKind())
        .inNamespace(cluster.namespace)
        .withName(seen.getMetadata().getName())
        .get();
  }
}
