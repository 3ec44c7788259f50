package org.homelab.autoscaler.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.homelab.autoscaler.Setting;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Kubectl;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The components that no shipped overlay has, each applied to a real API server that knows their
 * kinds, with strict validation, in a namespace and under a prefix of a user's own.
 */
@NeedsControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComponentsIT {
  private static final Path FOREIGN =
      Path.of("src", "test", "resources", "foreign-definitions.yaml");

  private static final String SECURED =
      """
      resources: [../../../kustomize/base]
      components:
        - ../../../kustomize/components/cert-manager
        - ../../../kustomize/components/cluster-autoscaler
        - ../../../kustomize/components/network-policy
        - ../../../kustomize/components/priority-expander
        - ../../../kustomize/components/monitoring
        - ../../../kustomize/components/page-actions
        - ../../../kustomize/components/traces
      namespace: secured
      namePrefix: my-
      transformers: [../../../kustomize/names]
      images: [{ name: homelab-autoscaler, newName: registry.lan/autoscaler, newTag: 1.2.3 }]
      """;

  private static final String LAN =
      """
      resources: [../../../kustomize/overlays/k3s]
      components: [../../../kustomize/components/host-network]
      namespace: lan
      namePrefix: my-
      transformers: [../../../kustomize/names]
      images: [{ name: homelab-autoscaler, newName: registry.lan/autoscaler, newTag: 1.2.3 }]
      """;

  private ControlPlane controlPlane;
  private KubernetesClient client;
  private Overlay secured;
  private Overlay lan;

  @BeforeAll
  void apply() {
    Kubectl.withoutCluster();
    controlPlane =
        ControlPlane.start(
            Path.of(System.getenv("KUBEBUILDER_ASSETS")), EnumSet.noneOf(ControlPlane.Part.class));
    client = controlPlane.client();
    Kubectl kubectl = Kubectl.of(controlPlane.kubeconfig());
    kubectl.run("apply", "--server-side", "-f", FOREIGN.toString()).orFail();
    kubectl
        .run("wait", "--for=condition=Established", "--timeout=60s", "-f", FOREIGN.toString())
        .orFail();
    secured = applied(kubectl, "secured", SECURED);
    lan = applied(kubectl, "lan", LAN);
  }

  @AfterAll
  void stop() {
    if (controlPlane != null) {
      controlPlane.close();
    }
  }

  private static Overlay applied(Kubectl kubectl, String name, String kustomization) {
    Overlay overlay = Overlay.render(kubectl, name, kustomization);
    kubectl
        .run(
            List.of("apply", "--server-side", "--force-conflicts", "--validate=strict", "-f", "-"),
            overlay.manifest())
        .orFail();
    return overlay;
  }

  @Test
  void certManagerFillsTheSecretsThatAreMountedForTheNameThatIsCalled() {
    Set<String> made =
        foreign("Certificate")
            .map(certificate -> (String) certificate.get("spec", "secretName"))
            .collect(Collectors.toSet());
    Set<String> mounted =
        Stream.of("my-homelab-autoscaler", "my-cluster-autoscaler")
            .map(name -> secured.one(Deployment.class, name))
            .flatMap(deployment -> volumes(deployment.getSpec().getTemplate()))
            .flatMap(ComponentsIT::secretNames)
            .collect(Collectors.toSet());
    assertThat(mounted).isNotEmpty();
    assertThat(made).containsAll(mounted);

    GenericKubernetesResource server =
        client
            .genericKubernetesResources("cert-manager.io/v1", "Certificate")
            .inNamespace("secured")
            .withName("my-homelab-autoscaler-server")
            .get();
    assertThat(server.<Object>get("spec", "dnsNames"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .contains("my-homelab-autoscaler.secured.svc");
    Set<String> issuers =
        foreign("Issuer").map(issuer -> issuer.getMetadata().getName()).collect(Collectors.toSet());
    assertThat(foreign("Certificate"))
        .allSatisfy(
            certificate ->
                assertThat(issuers)
                    .contains((String) certificate.get("spec", "issuerRef", "name")));
  }

  @Test
  void prometheusIsToldWhereToAskAndWhatToWatch() {
    assertThat(foreign("ServiceMonitor")).hasSize(1);
    assertThat(foreign("PrometheusRule")).hasSize(1);
    assertThat(
            client
                .configMaps()
                .inNamespace("secured")
                .withLabel("grafana_dashboard", "1")
                .list()
                .getItems())
        .hasSize(1);
  }

  @Test
  void theClusterAutoscalerFindsItsPrioritiesUnderTheOneNameItKnows() {
    assertThat(
            client
                .configMaps()
                .inNamespace("secured")
                .withName("cluster-autoscaler-priority-expander")
                .get()
                .getData())
        .containsKey("priorities");
    assertThat(clusterAutoscaler(secured)).contains("--expander=priority,least-waste");
  }

  @Test
  void anOlderClusterAutoscalerIsGivenNoFlagThatItDoesNotKnow() {
    String[] newer = {
      "--force-delete-unregistered-nodes=true",
      "--force-delete-failed-nodes=true",
      "--node-deletion-candidate-ttl=1h"
    };
    assertThat(clusterAutoscaler(secured)).doesNotContain(newer);
    assertThat(clusterAutoscaler(lan)).contains(newer);
  }

  private static List<String> clusterAutoscaler(Overlay overlay) {
    return overlay
        .one(Deployment.class, "my-cluster-autoscaler")
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .get(0)
        .getCommand();
  }

  @Test
  void thePageMayAskWhoACallerIsOnlyWhereItActs() {
    assertThat(reviews("secured")).as("with page-actions").isTrue();
    assertThat(reviews("lan")).as("without").isFalse();
  }

  private boolean reviews(String namespace) {
    SubjectAccessReview review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser("system:serviceaccount:" + namespace + ":my-homelab-autoscaler")
            .withNewResourceAttributes()
            .withGroup("authentication.k8s.io")
            .withResource("tokenreviews")
            .withVerb("create")
            .endResourceAttributes()
            .endSpec()
            .build();
    return client.resource(review).create().getStatus().getAllowed();
  }

  @Test
  void podsKeepToRestrictedAndOnlyHostNetworkLowersIt() {
    for (Overlay overlay : List.of(secured, lan)) {
      assertThat(templates(overlay)).isNotEmpty().allSatisfy(this::admitted);
    }
    assertThat(admits("lan", onTheHostsNetwork())).as("host-network").isTrue();
    assertThat(admits("secured", onTheHostsNetwork())).as("restricted").isFalse();
  }

  @Test
  void jobsOfWakeOnLanRunTheImageOfTheOverlay() {
    var operator =
        lan.one(Deployment.class, "my-homelab-autoscaler")
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .get(0);
    assertThat(operator.getImage()).isEqualTo("registry.lan/autoscaler:1.2.3");
    assertThat(operator.getEnv())
        .filteredOn(variable -> variable.getName().equals("HOMELAB_IMAGE"))
        .extracting(EnvVar::getValue)
        .containsExactly(operator.getImage());
  }

  @Test
  void aCollectorIsNamedWhereTracesAreWanted() {
    assertThat(
            secured
                .one(Deployment.class, "my-homelab-autoscaler")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getEnv())
        .filteredOn(variable -> variable.getName().equals(Setting.TRACES_ENDPOINT.environment()))
        .extracting(EnvVar::getValue)
        .singleElement()
        .asString()
        .endsWith(":4318/v1/traces");
  }

  private Stream<GenericKubernetesResource> foreign(String kind) {
    return secured
        .all(GenericKubernetesResource.class)
        .filter(object -> object.getKind().equals(kind))
        .map(rendered -> client.resource(rendered).get());
  }

  private static Stream<Volume> volumes(PodTemplateSpec template) {
    return template.getSpec().getVolumes().stream();
  }

  private static Stream<String> secretNames(Volume volume) {
    return Stream.ofNullable(volume.getSecret()).map(secret -> secret.getSecretName());
  }

  private static List<Pod> templates(Overlay overlay) {
    Stream<HasMetadata> owners =
        Stream.concat(overlay.all(Deployment.class), overlay.all(Job.class));
    return owners
        .map(
            owner ->
                pod(
                    owner.getMetadata().getNamespace(),
                    owner instanceof Deployment deployment
                        ? deployment.getSpec().getTemplate()
                        : ((Job) owner).getSpec().getTemplate()))
        .toList();
  }

  private static Pod pod(String namespace, PodTemplateSpec template) {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("asked-")
        .withNamespace(namespace)
        .endMetadata()
        .withSpec(template.getSpec())
        .build();
  }

  private static Pod onTheHostsNetwork() {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("asked-")
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName("my-homelab-autoscaler-power")
        .withHostNetwork(true)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(65532L)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName("wake")
        .withImage("wake:1")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .addToDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .endSpec()
        .build();
  }

  private void admitted(Pod pod) {
    client.resource(pod).dryRun().create();
  }

  private boolean admits(String namespace, Pod pod) {
    try {
      client.resource(pod).inNamespace(namespace).dryRun().create();
      return true;
    } catch (KubernetesClientException refused) {
      assertThat(refused.getCode()).isEqualTo(403);
      assertThat(refused.getMessage()).contains("hostNetwork");
      return false;
    }
  }
}
