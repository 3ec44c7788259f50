package org.homelab.autoscaler.certificates;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code homelab-autoscaler.jar certificates}: makes and renews the certificates of mutual TLS in
 * three Secrets, and restarts the Cluster Autoscaler after a renewal, because it reads its own only
 * once. Run as often as you like, it changes only what is due.
 */
public final class CertificatesCommand {
  /** What the command is called by. */
  public static final String NAME = "certificates";

  private static final Logger LOG = LoggerFactory.getLogger("certificates");
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final String RESTART_ANNOTATION = "homelab-autoscaler.dev/certificates-renewed";
  private static final String CALLER = "cluster-autoscaler";

  private final KubernetesClient client;
  private final Clock clock;

  /** What keeps the certificates from being made; the message says what to do. */
  public static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message);
    }

    Failed(String message, Exception cause) {
      super(message, cause);
    }
  }

  /** A command for that cluster. */
  public CertificatesCommand(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Runs it once.
   *
   * @param environment {@code CERTIFICATES_NAMESPACE}, {@code CERTIFICATES_SERVICE} (of the gRPC
   *     port), {@code CERTIFICATES_AUTHORITY_SECRET}, {@code CERTIFICATES_SERVER_SECRET}, {@code
   *     CERTIFICATES_CLIENT_SECRET} and, if a Deployment is to be restarted, {@code
   *     CERTIFICATES_RESTART}
   * @throws Failed if a variable or a Secret is missing, or the Kubernetes API refuses
   */
  public void run(Map<String, String> environment) {
    String namespace = needed(environment, "CERTIFICATES_NAMESPACE");
    List<String> names = names(needed(environment, "CERTIFICATES_SERVICE"), namespace);
    Instant now = clock.instant();
    Secret authority = secret(namespace, needed(environment, "CERTIFICATES_AUTHORITY_SECRET"));
    Secret server = secret(namespace, needed(environment, "CERTIFICATES_SERVER_SECRET"));
    Secret caller = secret(namespace, needed(environment, "CERTIFICATES_CLIENT_SECRET"));

    var certificates = new Certificates(data(authority), now);
    // First the authority: a certificate whose authority was lost would be trusted by nobody.
    write(authority, before -> certificates.authority());
    write(server, before -> certificates.server(before, names));
    boolean renewed = write(caller, before -> certificates.client(before, CALLER));
    Optional.ofNullable(environment.get("CERTIFICATES_RESTART"))
        .filter(deployment -> renewed && !deployment.isBlank())
        .ifPresent(deployment -> restart(namespace, deployment, now));
  }

  private static String needed(Map<String, String> environment, String variable) {
    String value = environment.getOrDefault(variable, "");
    if (value.isBlank()) {
      throw new Failed("set " + variable + ", as kustomize/components/self-managed-ca does");
    }
    return value;
  }

  private static List<String> names(String service, String namespace) {
    String whole = service + "." + namespace + ".svc";
    return List.of(whole, whole + ".cluster.local", service + "." + namespace, service);
  }

  private Secret secret(String namespace, String name) {
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      if (secret == null) {
        throw new Failed("Secret " + namespace + "/" + name + " is missing: create it, empty");
      }
      return secret;
    } catch (KubernetesClientException refused) {
      throw new Failed("Secret " + name + " cannot be read: " + refused.getMessage(), refused);
    }
  }

  private static Map<String, String> data(Secret secret) {
    var data = new HashMap<String, String>();
    Optional.ofNullable(secret.getData())
        .orElse(Map.of())
        .forEach((key, value) -> data.put(key, decoded(value)));
    return data;
  }

  private boolean write(Secret secret, UnaryOperator<Map<String, String>> wanted) {
    Map<String, String> before = data(secret);
    Map<String, String> after = wanted.apply(before);
    String name = secret.getMetadata().getName();
    if (before.entrySet().containsAll(after.entrySet())) {
      LOG.info("secret={} is good", name);
      return false;
    }
    var data = new HashMap<String, String>();
    after.forEach((key, value) -> data.put(key, encoded(value)));
    // With the revision that was read: of two that run at a time one is refused and runs again.
    String revision = secret.getMetadata().getResourceVersion();
    patch(secret, Map.of("metadata", Map.of("resourceVersion", revision), "data", data));
    LOG.info("secret={} was renewed", name);
    return true;
  }

  private void restart(String namespace, String deployment, Instant now) {
    var target =
        new DeploymentBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(deployment)
            .endMetadata()
            .build();
    Map<String, Object> annotated =
        Map.of("metadata", Map.of("annotations", Map.of(RESTART_ANNOTATION, now.toString())));
    patch(target, Map.of("spec", Map.of("template", annotated)));
  }

  /** Through the object itself: by its name the client would read it first, which we may not. */
  private void patch(HasMetadata target, Map<String, Object> change) {
    String name = target.getMetadata().getName();
    try {
      client.resource(target).patch(MERGE, client.getKubernetesSerialization().asJson(change));
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw new Failed(name + " cannot be changed: " + refused.getMessage(), refused);
      }
      LOG.info("{} is not there", name);
    }
  }

  private static String decoded(String value) {
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }

  private static String encoded(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }
}
