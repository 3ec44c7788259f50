package org.homelab.autoscaler.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.ProviderClient;
import org.homelab.autoscaler.testing.RunFolder;

/**
 * An overlay that was applied, with a kubelet's work done by hand: it runs what its pods would run,
 * with their environment, their mounted ConfigMaps and Secrets and their service account's token.
 */
final class Installation {
  private static final Pattern HOST = Pattern.compile("address: \"([^:\"]+):50051\"");

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final Overlay overlay;
  private final String prefix;
  private final String namespace;
  private final Path mounts;

  Installation(ControlPlane controlPlane, Overlay overlay, String prefix, String namespace) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
    this.overlay = overlay;
    this.prefix = prefix;
    this.namespace = namespace;
    this.mounts = Path.of("target", "installation", namespace).toAbsolutePath();
  }

  String name(String bare) {
    return prefix + bare;
  }

  Deployment deployment() {
    return overlay.one(Deployment.class, name("homelab-autoscaler"));
  }

  /** Runs the Job that makes the certificates. */
  void makeCertificates() {
    String job = name("homelab-autoscaler-certificates");
    var pod = overlay.one(Job.class, job).getSpec().getTemplate().getSpec();
    Container container = pod.getContainers().get(0);
    String account = pod.getServiceAccountName();
    try (RunFolder command =
        RunFolder.command(
            "certificates-" + namespace, kubeconfig(account), container.getArgs().get(0))) {
      container
          .getEnv()
          .forEach(variable -> command.with(variable.getName(), value(variable, job)));
      int status = command.start().awaitExit(Duration.ofSeconds(60));
      if (status != 0) {
        throw new AssertionError(command.output());
      }
    }
  }

  /** A replica, not yet started, under a Kubernetes node of that name. */
  RunFolder replica(String pod, String kubernetesNode) {
    var spec = deployment().getSpec().getTemplate().getSpec();
    RunFolder replica =
        RunFolder.onCluster("replica-" + pod, kubeconfig(spec.getServiceAccountName()), namespace)
            .with("HOMELAB_GRPC_TLS_ENABLED", "");
    spec.getContainers()
        .get(0)
        .getEnv()
        .forEach(
            variable ->
                replica.with(
                    variable.getName(),
                    variable.getName().equals("HOMELAB_NODE_NAME")
                        ? kubernetesNode
                        : value(variable, pod)));
    mount();
    return replica;
  }

  /** The Cluster Autoscaler, as its cloud-config and its Secret make it. */
  ProviderClient.Identity clusterAutoscaler() {
    String cloudConfig =
        overlay
            .one(ConfigMap.class, name("cluster-autoscaler-cloud-config"))
            .getData()
            .get("cloud-config");
    Matcher address = HOST.matcher(cloudConfig);
    if (!address.find()) {
      throw new AssertionError("no address in " + cloudConfig);
    }
    Path tls = mounts.resolve("client-tls");
    write(tls, secret("homelab-autoscaler-client-tls"));
    return new ProviderClient.Identity(
        address.group(1), tls.resolve("tls.crt"), tls.resolve("tls.key"), tls.resolve("ca.crt"));
  }

  /** The DNS name of the Service that the Cluster Autoscaler must reach. */
  String serviceHost() {
    Service service = overlay.one(Service.class, name("homelab-autoscaler"));
    return service.getMetadata().getName() + "." + service.getMetadata().getNamespace() + ".svc";
  }

  private String value(EnvVar variable, String pod) {
    String field =
        Optional.ofNullable(variable.getValueFrom())
            .map(from -> from.getFieldRef().getFieldPath())
            .orElse("");
    return switch (field) {
      case "metadata.namespace" -> namespace;
      case "metadata.name" -> pod;
      case "" -> variable.getValue().replace("/etc/homelab", mounts.toString());
      default -> throw new AssertionError("no value for " + field);
    };
  }

  private void mount() {
    Path routes = mounts.resolve("routes");
    overlay
        .all(ConfigMap.class)
        .filter(
            map ->
                map.getMetadata().getName().matches(".*homelab-autoscaler-(routes|kamelets)-\\w+"))
        .forEach(map -> write(routes, map.getData()));
    write(mounts.resolve("custom-routes"), Map.of());
    write(mounts.resolve("tls"), secret("homelab-autoscaler-server-tls"));
  }

  private Map<String, String> secret(String bare) {
    Secret secret = client.secrets().inNamespace(namespace).withName(name(bare)).get();
    return secret.getData().entrySet().stream()
        .collect(
            java.util.stream.Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    new String(
                        Base64.getDecoder().decode(entry.getValue()), StandardCharsets.UTF_8)));
  }

  private static void write(Path folder, Map<String, String> files) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path kubeconfig(String account) {
    String token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(account)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(3600L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    return controlPlane.kubeconfig(account, token);
  }

  /** Names of both accounts that do something. */
  List<String> accounts() {
    return List.of(name("homelab-autoscaler"), name("homelab-autoscaler-certificates"));
  }
}
