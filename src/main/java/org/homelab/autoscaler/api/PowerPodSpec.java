package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
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
    @JsonPropertyDescription("Container image, such as curlimages/curl:8.10.1.")
        @Required
        @Size(max = 1024)
        @ValidationRule(
            value = Rules.NO_SPACES,
            message = "write a container image, such as curlimages/curl:8.10.1")
        String image,
    @JsonPropertyDescription("Program to run; that of the image when absent.") @Size(max = 256)
        List<String> command,
    @JsonPropertyDescription("Arguments of the program; those of the image when absent.")
        @Size(max = 256)
        List<String> args,
    @JsonPropertyDescription("Secrets, ConfigMaps and empty directories to mount, read-only.")
        @Size(max = 32)
        @ValidationRule(
            value = "self.all(v, self.exists_one(w, w.mountPath == v.mountPath))",
            message = "write another mountPath for each volume")
        List<PowerPodVolume> volumes,
    @JsonPropertyDescription(
            "Service account of the pod; the one of homelab.power-pods.service-account when absent,"
                + " and a token is mounted only when one is named here.")
        @Size(max = Rules.NAME_LENGTH)
        @ValidationRule(value = Rules.NAME_OR_EMPTY, message = Rules.NAME_HELP)
        String serviceAccount,
    @JsonPropertyDescription("Seconds that a finished Job and its log are kept.")
        @Default("600")
        @Min(0)
        Integer ttlSecondsAfterFinished,
    @JsonPropertyDescription(
            "Environment variables, beside MACHINE_NAME, KUBERNETES_NODE_NAME, GROUP and OPERATION,"
                + " which are always set.")
        @Size(max = 256)
        List<EnvVar> env,
    @JsonPropertyDescription("Secrets and ConfigMaps whose entries become environment variables.")
        @Size(max = 64)
        List<EnvFromSource> envFrom,
    @JsonPropertyDescription("CPU and memory that the pod asks for and may use at most.")
        ResourceRequirements resources,
    @JsonPropertyDescription(
            "Whether the pod uses the network of the node it runs on, as a Wake-on-LAN broadcast"
                + " must.")
        @Default("false")
        Boolean hostNetwork,
    @JsonPropertyDescription("Labels that a node must have for the pod to run there.")
        @Size(max = 32)
        Map<String, @Size(max = 63) String> nodeSelector,
    @JsonPropertyDescription(
            "Taints of nodes that the pod may run on nevertheless; that of control-plane nodes when"
                + " absent.")
        @Size(max = 64)
        List<Toleration> tolerations,
    @JsonPropertyDescription("Secrets with the credentials of the image's registry.")
        @Size(max = 16)
        List<LocalObjectReference> imagePullSecrets,
    @JsonPropertyDescription(
            "User, group and privileges that the container runs with; what is absent is filled in"
                + " so that Pod Security \"restricted\" accepts it (user 65532, no privileges), unless"
                + " homelab.power-pods.restricted is false.")
        SecurityContext securityContext,
    @JsonPropertyDescription("Priority class of the pod; the cluster's default when absent.")
        @Size(max = Rules.NAME_LENGTH)
        @ValidationRule(value = Rules.NAME_OR_EMPTY, message = Rules.NAME_HELP)
        String priorityClassName,
    @JsonPropertyDescription("How often a pod that failed is tried again.") @Default("2") @Min(0)
        Integer backoffLimit,
    @JsonPropertyDescription(
            "Seconds until the Job is given up; the deadline of the operation when absent.")
        @Min(1)
        @Max(Integer.MAX_VALUE)
        Long activeDeadlineSeconds) {

  /** A Secret, a ConfigMap or, with neither named, an empty directory, mounted read-only. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value =
          "!has(self.items) || self.items.size() == 0 || (has(self.secretName) && self.secretName"
              + " != '') || (has(self.configMapName) && self.configMapName != '')",
      message = "name the secretName or configMapName that the items come from",
      fieldPath = ".items")
  public record PowerPodVolume(
      @JsonPropertyDescription("Name of the volume, unique within the pod.")
          @Required
          @Size(max = 63)
          @ValidationRule(value = Rules.VOLUME_NAME, message = Rules.VOLUME_NAME_HELP)
          String name,
      @JsonPropertyDescription("Directory in the container, such as /config.")
          @Required
          @Size(max = 1024)
          @ValidationRule(
              value = "self.startsWith('/') && !self.contains(':')",
              message = "write an absolute path without a colon, such as /config")
          String mountPath,
      @JsonPropertyDescription("Secret to mount; it wins over configMapName.")
          @Size(max = Rules.NAME_LENGTH)
          @ValidationRule(value = Rules.NAME_OR_EMPTY, message = Rules.NAME_HELP)
          String secretName,
      @JsonPropertyDescription("ConfigMap to mount.")
          @Size(max = Rules.NAME_LENGTH)
          @ValidationRule(value = Rules.NAME_OR_EMPTY, message = Rules.NAME_HELP)
          String configMapName,
      @JsonPropertyDescription(
              "Permission bits of the files, such as 0644 (420 in JSON) or 0400 (256), which ssh"
                  + " asks for.")
          @Default("420")
          @Min(0)
          @Max(0777)
          Integer defaultMode,
      @JsonPropertyDescription("Entries to mount, and under what names; all when absent.")
          @Size(max = 64)
          List<KeyToPath> items) {}
}
