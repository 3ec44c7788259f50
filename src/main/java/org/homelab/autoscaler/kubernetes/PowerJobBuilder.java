package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.PowerPodSpec;
import org.homelab.autoscaler.api.PowerPodSpec.PowerPodVolume;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.power.JobNames;
import org.homelab.autoscaler.power.StateMachine;
import org.homelab.autoscaler.power.Step;

/** Draws up the Job of a power command. */
final class PowerJobBuilder {
  private static final int DEFAULT_TTL = 600;

  /** A finished Job must outlast the time in which its absence means that it was never created. */
  private static final int SHORTEST_TTL = (int) StateMachine.RESUME_WINDOW.toSeconds() * 2;

  private static final int DEFAULT_RETRIES = 2;

  private static final String CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

  private final Machine machine;
  private final OperationType type;
  private final PowerPodSpec pod;
  private final PowerPods pods;

  private PowerJobBuilder(Machine machine, OperationType type, PowerPodSpec pod, PowerPods pods) {
    this.machine = machine;
    this.type = type;
    this.pod = pod;
    this.pods = pods;
  }

  static Job build(
      Step step, OperationType type, long deadlineSeconds, PowerPodSpec pod, PowerPods pods) {
    int attempt = step.after().operation().flatMap(Operation::command).orElseThrow().attempt();
    return new PowerJobBuilder(step.machine(), type, pod, pods).job(attempt, deadlineSeconds);
  }

  private Job job(int attempt, long deadlineSeconds) {
    Map<String, String> labels = JobLabels.of(machine, type);
    return new JobBuilder()
        .withNewMetadata()
        .withName(JobNames.of(machine.name(), type, attempt))
        .withNamespace(machine.key().namespace())
        .withLabels(labels)
        .withOwnerReferences(owner())
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(Objects.requireNonNullElse(pod.backoffLimit(), DEFAULT_RETRIES))
        .withActiveDeadlineSeconds(
            Objects.requireNonNullElse(pod.activeDeadlineSeconds(), deadlineSeconds))
        .withTtlSecondsAfterFinished(
            Math.max(
                Objects.requireNonNullElse(pod.ttlSecondsAfterFinished(), DEFAULT_TTL),
                SHORTEST_TTL))
        .withPodReplacementPolicy("Failed")
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .addToAnnotations("cluster-autoscaler.kubernetes.io/safe-to-evict", "false")
        .endMetadata()
        .withSpec(podSpec())
        .endTemplate()
        .endSpec()
        .build();
  }

  private OwnerReference owner() {
    return new OwnerReferenceBuilder()
        .withApiVersion(Api.GROUP + "/" + Api.VERSION)
        .withKind("Node")
        .withName(machine.name())
        .withUid(machine.declared().uid())
        .withController(true)
        .build();
  }

  private PodSpec podSpec() {
    Optional<String> account = Meta.present(pod.serviceAccount());
    boolean hostNetwork = Boolean.TRUE.equals(pod.hostNetwork());
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withContainers(container())
        .withVolumes(volumes().stream().map(PowerJobBuilder::volume).toList())
        .withServiceAccountName(account.orElse(pods.serviceAccount()))
        .withAutomountServiceAccountToken(account.isPresent() ? null : Boolean.FALSE)
        .withHostNetwork(hostNetwork ? Boolean.TRUE : null)
        .withDnsPolicy(hostNetwork ? "ClusterFirstWithHostNet" : null)
        .withNodeSelector(pod.nodeSelector())
        .withTolerations(tolerations())
        .withImagePullSecrets(Meta.orEmpty(pod.imagePullSecrets()))
        .withPriorityClassName(Meta.present(pod.priorityClassName()).orElse(null))
        .withAffinity(anywhereElse())
        .withSecurityContext(pods.ofPod(pod.securityContext()).orElse(null))
        .build();
  }

  private Container container() {
    return new ContainerBuilder()
        .withName(type.text())
        .withImage(pod.image())
        .withCommand(Meta.orEmpty(pod.command()))
        .withArgs(Meta.orEmpty(pod.args()))
        .withEnv(env())
        .withEnvFrom(Meta.orEmpty(pod.envFrom()))
        .withResources(pod.resources())
        .withSecurityContext(pods.ofContainer(pod.securityContext()).orElse(null))
        .withVolumeMounts(volumes().stream().map(PowerJobBuilder::mount).toList())
        .build();
  }

  private List<EnvVar> env() {
    var env = new ArrayList<EnvVar>();
    env.add(new EnvVar("MACHINE_NAME", machine.name(), null));
    env.add(new EnvVar("KUBERNETES_NODE_NAME", machine.spec().kubernetesNodeName(), null));
    env.add(new EnvVar("GROUP", machine.group().map(ObjectKey::name).orElse(""), null));
    env.add(new EnvVar("OPERATION", type.text(), null));
    env.addAll(Meta.orEmpty(pod.env()));
    return env;
  }

  private List<PowerPodVolume> volumes() {
    return Meta.orEmpty(pod.volumes());
  }

  private static VolumeMount mount(PowerPodVolume volume) {
    return new VolumeMountBuilder()
        .withName(volume.name())
        .withMountPath(volume.mountPath())
        .withReadOnly(true)
        .build();
  }

  private static Volume volume(PowerPodVolume volume) {
    var builder = new VolumeBuilder().withName(volume.name());
    if (Meta.present(volume.secretName()).isPresent()) {
      return builder
          .withNewSecret()
          .withSecretName(volume.secretName())
          .withDefaultMode(volume.defaultMode())
          .withItems(Meta.orEmpty(volume.items()))
          .endSecret()
          .build();
    }
    if (Meta.present(volume.configMapName()).isPresent()) {
      return builder
          .withNewConfigMap()
          .withName(volume.configMapName())
          .withDefaultMode(volume.defaultMode())
          .withItems(Meta.orEmpty(volume.items()))
          .endConfigMap()
          .build();
    }
    return builder.withNewEmptyDir().endEmptyDir().build();
  }

  /** With all machines off, the control plane is all that is left to run a power-on. */
  private List<Toleration> tolerations() {
    return pod.tolerations() == null
        ? List.of(
            new TolerationBuilder()
                .withKey(CONTROL_PLANE)
                .withOperator("Exists")
                .withEffect("NoSchedule")
                .build())
        : pod.tolerations();
  }

  /**
   * The machine cannot be switched by a pod that dies or waits with it, and had better not be by
   * one on a machine that may be switched off meanwhile.
   */
  private Affinity anywhereElse() {
    return new AffinityBuilder()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addNewMatchField()
        .withKey("metadata.name")
        .withOperator("NotIn")
        .withValues(machine.spec().kubernetesNodeName())
        .endMatchField()
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
        .withWeight(100)
        .withNewPreference()
        .addNewMatchExpression()
        .withKey(Api.NODE_GROUP_LABEL)
        .withOperator("DoesNotExist")
        .endMatchExpression()
        .endPreference()
        .endPreferredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .build();
  }
}
