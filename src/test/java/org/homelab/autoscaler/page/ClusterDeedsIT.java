package org.homelab.autoscaler.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the page people may do what their own token lets them do, and nothing else. */
@NeedsControlPlane
class ClusterDeedsIT {
  private final KubernetesClient client;
  private final String namespace;
  private final Deeds deeds;

  ClusterDeedsIT(ControlPlane controlPlane) {
    client = controlPlane.client();
    controlPlane.applyCrds();
    namespace = controlPlane.newNamespace("deeds");
    deeds = new ClusterDeeds(client, Clock.systemUTC());
  }

  @BeforeEach
  void aMachineAndTwoPeople() {
    var homelab = new Homelab(client, namespace);
    homelab.group("rack");
    homelab.machine("atlas", "rack", "atlas", Optional.empty());
    person("ann");
    person("bob");
    client
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("switcher")
                .endMetadata()
                .addNewRule()
                .addToApiGroups(Api.GROUP)
                .addToResources("nodes")
                .addToVerbs("patch")
                .endRule()
                .build())
        .create();
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("ann")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "switcher")
                .addNewSubject("", "ServiceAccount", "ann", namespace)
                .build())
        .create();
  }

  @Test
  void whoeverMayPatchTheNodeMayDoItHere() {
    assertThat(act("wake", token("ann"))).contains("is to be on");

    Node now = atlas();
    assertThat(now.getSpec().powerState()).isEqualTo(PowerState.ON);
    assertThat(now.getMetadata().getAnnotations().get(Api.REQUESTED_BY_ANNOTATION))
        .isEqualTo("system:serviceaccount:" + namespace + ":ann on the page");

    act("hold", token("ann"));
    assertThat(atlas().getMetadata().getAnnotations()).containsKey(Api.HOLD_ANNOTATION);
    act("release", token("ann"));
    assertThat(atlas().getMetadata().getAnnotations()).doesNotContainKey(Api.HOLD_ANNOTATION);
  }

  @Test
  void whoeverMayNotIsRefusedWithWhatIsMissing() {
    refused(403, "may not patch nodes.infra.homecluster.dev", () -> act("sleep", token("bob")));
    refused(401, "the token is not valid", () -> act("sleep", Optional.of("made-up")));
    refused(401, "enter your Kubernetes token", () -> act("sleep", Optional.empty()));
    refused(400, "namespace and name", () -> deed("sleep", "atlas", token("ann")));
    assertThat(atlas().getSpec().powerState()).isEqualTo(PowerState.OFF);
  }

  @Test
  void whatIsNotOfferedIsNotDone() {
    refused(404, "there is no explode", () -> act("explode", token("ann")));
    refused(404, "reading only", () -> Deeds.none().act(request("wake", "x/y", token("ann"))));
  }

  private static void refused(int status, String words, Runnable act) {
    assertThatExceptionOfType(Deeds.Refused.class)
        .isThrownBy(act::run)
        .withMessageContaining(words)
        .satisfies(refused -> assertThat(refused.status()).isEqualTo(status));
  }

  private String act(String deed, Optional<String> token) {
    return deed(deed, namespace + "/atlas", token);
  }

  private String deed(String deed, String machine, Optional<String> token) {
    return deeds.act(request(deed, machine, token));
  }

  private static Deeds.Request request(String deed, String machine, Optional<String> token) {
    return new Deeds.Request(deed, Map.of("machine", machine, "text", "disk swap"), token);
  }

  private Node atlas() {
    return client.resources(Node.class).inNamespace(namespace).withName("atlas").get();
  }

  private void person(String name) {
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build())
        .create();
  }

  private Optional<String> token(String person) {
    return Optional.of(
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(person)
            .tokenRequest(new TokenRequest())
            .getStatus()
            .getToken());
  }
}
