package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.Call;
import org.homelab.autoscaler.recipes.MountedSecrets;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of a command that the operator itself gives, and where secrets come from. */
class RecipeCommandsTest {
  private static final String MACHINE =
      """
      metadata: { name: m1, labels: { group: rack }, finalizers: [ homelab-autoscaler.dev/let-go ] }
      spec:
        powerState: "on"
        kubernetesNodeName: w1
        power:
          recipe: %s
          parameters: { %s }
          secretRef: { name: m1 }
      """;

  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private KubernetesClient client;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    cluster = new TestCluster(client);
    cluster.group("metadata: { name: rack }");
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  private Step claimed() {
    Step step = cluster.look();
    assertThat(step.decision()).isInstanceOf(Decision.PowerOn.class);
    cluster.status.write(step);
    return step;
  }

  private NodeStatus.Operation operation() {
    return cluster.stored().getStatus().operation();
  }

  @Test
  void aClaimNamesTheRecipeAndIsNotedAsTaken() {
    cluster.machine(MACHINE.formatted("redfish", "host: bmc"));
    Step step = claimed();
    assertThat(operation().recipe()).isEqualTo("redfish");
    assertThat(operation().sentAt()).isNull();
    assertThat(cluster.look().decision().reason()).isEqualTo(Reason.UNCONFIRMED);
    cluster.status.given(step);
    assertThat(operation().sentAt()).isNotNull();
    assertThat(operation().job()).isNull();
    assertThat(cluster.look().decision().reason()).isEqualTo(Reason.BOOTING);
  }

  @Test
  void whatTheDeviceRefusedIsNotedOnceAndToldInTheCondition() {
    cluster.machine(MACHINE.formatted("redfish", "host: bmc"));
    Step step = claimed();
    cluster.status.failed(step, new RecipeFailure.NotTaken("bmc: refused the credentials"));
    cluster.status.given(step);
    assertThat(operation().sentAt()).isNull();
    assertThat(operation().problem()).isEqualTo("bmc: refused the credentials");
    Step failed = cluster.look();
    cluster.status.write(failed);
    assertThat(cluster.stored().getStatus().conditions().toString())
        .contains("RecipeFailed")
        .contains("bmc: refused the credentials");
  }

  @Test
  void whatCameOfEachRecipeIsKeptForWhoeverLeadsNextAndTold() {
    cluster.machine(
        MACHINE.formatted("redfish", "host: bmc")
            + "    onFallback: [ { recipe: redfish, after: 1m, parameters: { host: other } } ]\n");
    cluster.status.failed(claimed(), new RecipeFailure.NotTaken("bmc: refused the credentials"));
    Step next = cluster.look();
    assertThat(next.decision()).isInstanceOf(Decision.FallBack.class);
    cluster.status.write(next);
    assertThat(operation().outcomes()).containsExactly("redfish: bmc: refused the credentials");
    cluster.status.failed(next, new RecipeFailure.NotTaken("other: cannot be reached"));
    assertThat(operation().outcomes()).hasSize(1);
    cluster.status.write(cluster.look());
    assertThat(operation()).isNull();
    assertThat(cluster.stored().getStatus().failure().message())
        .isEqualTo("redfish: bmc: refused the credentials; redfish: other: cannot be reached");
    assertThat(cluster.stored().getStatus().conditions().toString())
        .contains("redfish: bmc: refused the credentials; redfish: other: cannot be reached");
  }

  @Test
  void aWrongParameterLeavesTheMachineAloneAndIsNamed() {
    cluster.machine(MACHINE.formatted("redfish", "hots: bmc"));
    Step step = cluster.look();
    assertThat(step.decision().reason()).isEqualTo(Reason.INVALID_SPEC);
    cluster.status.write(step);
    assertThat(cluster.stored().getStatus().conditions().toString())
        .contains("spec.power.parameters.hots: recipe redfish has no such parameter")
        .contains("spec.power.parameters.host: missing");
  }

  @Test
  void withoutTheHostsNetworkAPacketIsSentByAJobOfOurOwnImage() {
    cluster.machine(
        MACHINE.formatted(
            "wol-ssh",
            "mac: \"52:54:00:5e:1a:01\", host: \"h\", hostKey:"
                + " SHA256:uNiVztksCsDhcc0u9e8BrrEBeCdIDF6c6d4l8dVYxsQ"));
    Step step = claimed();
    assertThat(operation().recipe()).isNull();
    Call call =
        Call.of("wol-ssh", "m1", step.machine().power().first().parameters(), Map.of(), () -> true);
    assertThatThrownBy(() -> new WakeOnLanJobs(cluster.jobs, null, "").powerOn(step, call))
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("set homelab.image");
    var jobs = new WakeOnLanJobs(cluster.jobs, null, "homelab-autoscaler:1");
    jobs.powerOn(step, call);
    jobs.powerOn(step, call);
    assertThat(client.batch().v1().jobs().inAnyNamespace().list().getItems()).hasSize(1);
    Job job = client.batch().v1().jobs().inAnyNamespace().list().getItems().get(0);
    assertThat(job.getMetadata().getName()).isEqualTo("m1-startup-1");
    assertThat(job.getSpec().getTemplate().getSpec().getHostNetwork()).isTrue();
    var container = job.getSpec().getTemplate().getSpec().getContainers().get(0);
    assertThat(container.getImage()).isEqualTo("homelab-autoscaler:1");
    assertThat(container.getArgs())
        .startsWith("recipe", "wake-on-lan")
        .contains("--mac=52:54:00:5e:1a:01", "--port=9")
        .endsWith("on");
    assertThat(container.getEnv())
        .filteredOn(variable -> variable.getName().equals("RECIPE_SECURE_ON"))
        .singleElement()
        .satisfies(it -> assertThat(it.getValueFrom().getSecretKeyRef().getName()).isEqualTo("m1"));
  }

  private Call call(Step step) {
    var recipe = step.machine().power().recipe(OperationType.STARTUP, 0);
    return Call.of(recipe.name(), "m1", recipe.parameters(), Map.of(), () -> true);
  }

  private Container container(String job) {
    List<Job> jobs = client.batch().v1().jobs().inAnyNamespace().list().getItems();
    return jobs.stream()
        .filter(it -> it.getMetadata().getName().equals(job))
        .findFirst()
        .orElseThrow()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .get(0);
  }

  @Test
  void ipmitoolIsToldWordByWordAndThePasswordByTheKubelet() {
    cluster.machine(
        MACHINE.formatted(
            "ipmi",
            "image: ipmitool:1, host: bmc, user: \"$(IPMI_PASSWORD)\", cipherSuite: \"3\""));
    Step step = claimed();
    assertThat(operation().recipe()).isNull();
    var jobs = new IpmiJobs(cluster.jobs);
    jobs.powerOn(step, call(step));
    jobs.powerOn(step, call(step));
    assertThat(client.batch().v1().jobs().inAnyNamespace().list().getItems()).hasSize(1);
    Container on = container("m1-startup-1");
    assertThat(on.getImage()).isEqualTo("ipmitool:1");
    // What looks like a variable is none, so that the password cannot get among the words.
    assertThat(on.getCommand())
        .containsExactly(
            "ipmitool -I lanplus -H bmc -p 623 -U $$(IPMI_PASSWORD) -L OPERATOR -E -C 3 -N 2 -R 4 chassis power on"
                .split(" "));
    assertThat(on.getArgs()).isEmpty();
    assertThat(on.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(on.getEnv())
        .filteredOn(variable -> variable.getName().equals("IPMI_PASSWORD"))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.getValue()).isNull();
              assertThat(it.getValueFrom().getSecretKeyRef().getName()).isEqualTo("m1");
              assertThat(it.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("password");
            });
    jobs.powerOff(step, call(step));
    assertThat(container("m1-shutdown-1").getCommand()).endsWith("chassis", "power", "soft");
  }

  @Test
  void aScriptAndItsSecretAreMountedAndItsArgumentsStayWhatTheyAre() {
    cluster.machine(
        MACHINE.formatted(
                "script", "image: alpine:3, configMap: relay, arguments: \"4\\na b; $(reboot)\"")
            + "    cutPower: afterDrain\n");
    Step step = claimed();
    var jobs = new ScriptJobs(cluster.jobs);
    jobs.powerOn(step, call(step));
    Container on = container("m1-startup-1");
    assertThat(on.getCommand()).containsExactly("/bin/sh", "/recipe/on.sh", "4", "a b; $$(reboot)");
    assertThat(on.getVolumeMounts())
        .allSatisfy(mount -> assertThat(mount.getReadOnly()).isTrue())
        .extracting(VolumeMount::getMountPath)
        .containsExactly("/recipe", "/secret");
    jobs.powerOff(step, call(step));
    assertThat(container("m1-shutdown-1").getCommand()).contains("/recipe/off.sh");
  }

  @Test
  void aSecretIsReadWhenItIsNeededAndItsAbsenceIsSaid() {
    var secrets = new ClusterSecrets(client, "lab");
    assertThatThrownBy(() -> secrets.read("m1"))
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("Secret lab/m1 is missing: create it");
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("m1")
                .withNamespace("lab")
                .endMetadata()
                .addToData("password", "Y2FuYXJ5")
                .build())
        .create();
    assertThat(secrets.read("m1")).isEqualTo(Map.of("password", "canary"));
  }

  @Test
  void aSecretMayBeMountedToo(@TempDir Path folder) throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("m1")).resolve("password"), "canary");
    assertThat(new MountedSecrets(folder).read("m1")).isEqualTo(Map.of("password", "canary"));
    assertThatThrownBy(() -> new MountedSecrets(folder).read("m2"))
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("Secret m2 is not mounted");
  }
}
