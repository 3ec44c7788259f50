package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.Call;
import org.homelab.autoscaler.recipes.Catalogue;
import org.homelab.autoscaler.recipes.Definition;
import org.homelab.autoscaler.recipes.Parameter;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every recipe must do that is carried out by a Job: the same Job however often it is given,
 * which ends in time, may do no more than it needs, and holds no secret but by reference.
 */
class RecipeJobsTest {
  private static final Catalogue CATALOGUE =
      Catalogue.read(List.of(Path.of("routes", "kamelets")), false);

  /** What the bean of a Kamelet does. */
  private interface Bean {
    void give(Step step, Call call);
  }

  /** A command that a Job carries out, and the parameters of its recipe. */
  private enum Command {
    IPMI_ON("ipmi", OperationType.STARTUP, "image: ipmitool:1, host: bmc, user: homelab"),
    IPMI_OFF("ipmi", OperationType.SHUTDOWN, IPMI_ON.parameters),
    SCRIPT_ON("script", OperationType.STARTUP, "image: alpine:3, configMap: relay"),
    SCRIPT_OFF("script", OperationType.SHUTDOWN, SCRIPT_ON.parameters),
    WOL_SSH_ON(
        "wol-ssh",
        OperationType.STARTUP,
        "mac: \"52:54:00:5e:1a:01\", host: h, hostKey:"
            + " SHA256:uNiVztksCsDhcc0u9e8BrrEBeCdIDF6c6d4l8dVYxsQ");

    private final String recipe;
    private final OperationType type;
    private final String parameters;

    Command(String recipe, OperationType type, String parameters) {
      this.recipe = recipe;
      this.type = type;
      this.parameters = parameters;
    }

    private Bean bean(PowerJobs jobs) {
      return switch (this) {
        case IPMI_ON -> new IpmiJobs(jobs)::powerOn;
        case IPMI_OFF -> new IpmiJobs(jobs)::powerOff;
        case SCRIPT_ON -> new ScriptJobs(jobs)::powerOn;
        case SCRIPT_OFF -> new ScriptJobs(jobs)::powerOff;
        case WOL_SSH_ON -> new WakeOnLanJobs(jobs, null, "homelab-autoscaler:1")::powerOn;
      };
    }

    private String part() {
      return recipe + (type == OperationType.STARTUP ? " on" : " off");
    }
  }

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

  private Step step(Command command) {
    cluster.machine(
        """
        metadata: { name: m1, labels: { group: rack }, finalizers: [ homelab-autoscaler.dev/let-go ] }
        spec:
          powerState: "on"
          kubernetesNodeName: w1
          power:
            recipe: %s
            parameters: { %s }
            secretRef: { name: m1 }
            cutPower: afterDrain
        """
            .formatted(command.recipe, command.parameters));
    return command.type == OperationType.STARTUP
        ? cluster.look()
        : cluster.step(new Decision.PowerOff(Reason.DRAINED, 1));
  }

  private Call call(Command command, Step step) {
    Recipe recipe = step.machine().power().recipe(command.type, 0);
    return Call.of(recipe.name(), "m1", recipe.parameters(), Map.of(), () -> true);
  }

  private Job given(Command command, int times) {
    Step step = step(command);
    for (int i = 0; i < times; i++) {
      command.bean(cluster.jobs).give(step, call(command, step));
    }
    List<Job> jobs = client.batch().v1().jobs().inAnyNamespace().list().getItems();
    assertThat(jobs).hasSize(1);
    return jobs.get(0);
  }

  @Test
  void noRecipeIsForgotten() {
    Set<String> byJob = new TreeSet<>();
    for (Definition recipe : CATALOGUE.all()) {
      // wake-on-lan alone switches no Node, and wakes as wol-ssh does; pod specs are no recipe.
      if (recipe.on().isPresent() && recipe.off().isPresent() && !recipe.name().equals("job")) {
        recipe
            .on()
            .filter(Recipe.Giver.JOB::equals)
            .ifPresent(it -> byJob.add(recipe.name() + " on"));
        recipe
            .off()
            .filter(Recipe.Giver.JOB::equals)
            .ifPresent(it -> byJob.add(recipe.name() + " off"));
      }
    }
    assertThat(Stream.of(Command.values()).map(Command::part))
        .containsExactlyInAnyOrderElementsOf(byJob);
  }

  @ParameterizedTest
  @EnumSource
  void twiceIsAsGoodAsOnce(Command command) {
    Job twice = given(command, 2);
    assertThat(twice.getMetadata().getName()).isEqualTo("m1-" + command.type.text() + "-1");
  }

  @ParameterizedTest
  @EnumSource
  void itEndsInTime(Command command) {
    Job job = given(command, 1);
    Duration limit =
        switch (command.type) {
          case STARTUP -> cluster.look().policy().startup();
          case SHUTDOWN -> cluster.look().policy().shutdown();
        };
    assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(limit.toSeconds());
    assertThat(job.getSpec().getBackoffLimit()).isNotNull();
  }

  @ParameterizedTest
  @EnumSource
  void secretsAreInItByReferenceAlone(Command command) {
    Map<String, String> secrets = new TreeMap<>();
    CATALOGUE.find(command.recipe).orElseThrow().parameters().stream()
        .filter(Parameter::secret)
        .forEach(it -> secrets.put(it.name(), "canary-" + it.name()));
    secrets.put("token", "canary-token");
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("m1")
                .withNamespace(TestCluster.NAMESPACE)
                .endMetadata()
                .withStringData(secrets)
                .build())
        .create();
    Job job = given(command, 1);
    assertThat(Serialization.asYaml(job)).doesNotContain("canary");
    PodSpec pod = job.getSpec().getTemplate().getSpec();
    Stream<String> read =
        Stream.concat(
            pod.getVolumes().stream()
                .filter(volume -> volume.getSecret() != null)
                .map(volume -> volume.getSecret().getSecretName()),
            pod.getContainers().get(0).getEnv().stream()
                .filter(it -> it.getValueFrom() != null)
                .filter(it -> it.getValueFrom().getSecretKeyRef() != null)
                .map(it -> it.getValueFrom().getSecretKeyRef().getName()));
    assertThat(read).isNotEmpty().containsOnly("m1");
  }

  @ParameterizedTest
  @EnumSource
  void itMayDoNoMoreThanItNeeds(Command command) {
    PodSpec pod = given(command, 1).getSpec().getTemplate().getSpec();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getContainers())
        .singleElement()
        .satisfies(
            container -> {
              assertThat(container.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
              assertThat(container.getSecurityContext().getCapabilities().getDrop())
                  .containsExactly("ALL");
            });
  }
}
