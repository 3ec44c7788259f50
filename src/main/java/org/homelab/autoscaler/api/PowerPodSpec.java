package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;

/** The pod of a power operation. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PowerPodSpec(
    String image,
    List<String> command,
    List<String> args,
    List<PowerPodVolume> volumes,
    @JsonPropertyDescription(
            "Service account of the pod; its token is mounted only when one is named here.")
        String serviceAccount,
    @JsonPropertyDescription("How long a finished Job is kept.") Integer ttlSecondsAfterFinished,
    List<EnvVar> env,
    List<EnvFromSource> envFrom,
    ResourceRequirements resources,
    Boolean hostNetwork,
    Map<String, String> nodeSelector,
    List<Toleration> tolerations,
    List<LocalObjectReference> imagePullSecrets,
    SecurityContext securityContext,
    String priorityClassName,
    @JsonPropertyDescription("How often a failed pod is tried again.") Integer backoffLimit,
    @JsonPropertyDescription(
            "Seconds until the Job is given up; the operation's deadline when absent.")
        Long activeDeadlineSeconds) {

  /** A Secret, a ConfigMap or, with neither named, an empty directory, mounted read-only. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PowerPodVolume(
      String name,
      String mountPath,
      String secretName,
      String configMapName,
      Integer defaultMode,
      List<KeyToPath> items) {}
}
