package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.homelab.autoscaler.camel.RouteFiles;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A route in the user's folder takes the place of the shipped one with the same id. */
class RoutesOfAUserTest extends RouteTest {
  private static final String RECIPE =
      """
      apiVersion: camel.apache.org/v1
      kind: Kamelet
      metadata: { name: job-off }
      spec:
        definition: { title: Off by hand, type: object }
        template:
          from:
            uri: kamelet:source
            steps:
              - setBody: { constant: somebody pulls the plug }
              - removeHeaders: { pattern: "*" }
      """;

  @Override
  public void configureContext(CamelContextConfiguration configuration) {
    super.configureContext(configuration);
    configuration
        .withRouteFilterExcludePattern(
            "watch-*,resync,take-over,look-for-leftovers,count-energy,cloud-provider")
        .withMockEndpointsAndSkip("kubernetes-deployments:*");
  }

  @Override
  void load(CamelContext context) throws IOException {
    var files = RouteFiles.of(Path.of("routes"), Optional.of(folderOfTheUser()));
    context.getComponent("kamelet", KameletComponent.class).setLocation(files.kameletLocation());
    files.load(context);
  }

  private static Path folderOfTheUser() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "routes-of-a-user"));
    Path example = Path.of("docs", "examples", "routes", "netboot.camel.yaml");
    Files.copy(example, folder.resolve(example.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    Path kamelets = Files.createDirectories(folder.resolve("kamelets"));
    Files.writeString(kamelets.resolve("job-off.kamelet.yaml"), RECIPE);
    return folder;
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    super.bindToRegistry(registry);
    registry.bind("power", new OneOfEach().desk(() -> true));
    registry.bind("cloudProvider", new EmptyProvider());
    // Camel finds it by its type, as it does in the application.
    registry.bind("kubernetesClient", KubernetesClient.class, client());
  }

  @BeforeEach
  void forgetWhatWasSent() {
    MockEndpoint.resetMocks(context);
  }

  private static KubernetesClient client() {
    Config nowhere = new ConfigBuilder(Config.empty()).withMasterUrl("http://127.0.0.1:9").build();
    return new KubernetesClientBuilder().withConfig(nowhere).build();
  }

  @Test
  void itIsRunInsteadAndLeavesTheStepAsItWas() throws Exception {
    MockEndpoint scale = getMockEndpoint("mock:kubernetes-deployments:cluster");
    scale.expectedHeaderReceived("CamelKubernetesDeploymentName", "images");
    scale.expectedHeaderReceived("CamelKubernetesDeploymentReplicas", 1);
    scale.expectedMessageCount(1);
    scale.whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody("scaled to 1"));

    Exchange done = send("direct:reconcile-machine", OneOfEach.key("power-on"));

    scale.assertIsSatisfied();
    assertThat(done.getException()).isNull();
    assertThat(flow.places()).endsWith("jobs.startup", "status.given");
    assertThat(flow.bodiesOfBeans().get(0)).isInstanceOf(Step.class);
    assertThat(done.getMessage().getHeaders()).doesNotContainKeys("CamelKubernetesDeploymentName");
  }

  @Test
  void whenItFailsTheStepIsNotTakenAndPeopleLearnWhy() {
    MockEndpoint scale = getMockEndpoint("mock:kubernetes-deployments:cluster");
    scale.whenAnyExchangeReceived(
        exchange -> {
          throw new IllegalStateException("no such Deployment");
        });
    Exchange done = send("direct:reconcile-machine", OneOfEach.key("power-on"));
    assertThat(done.getException()).isNull();
    assertThat(flow.places())
        .containsExactly("reconcile-machine", "before-power-on", "wait", "status.write");
    assertThat(((Step) flow.bodyAt("status.write")).decision())
        .isEqualTo(
            new Decision.Wait(
                Reason.FLOW_FAILED,
                "before-power-on: IllegalStateException: no such Deployment",
                Optional.of(OneOfEach.NOW.plusSeconds(30))));
  }

  @Test
  void aRecipeOfTheUsersLeavesTheStepAsItWasToo() {
    Exchange done = send("direct:reconcile-machine", OneOfEach.key("power-off"));
    assertThat(done.getException()).isNull();
    assertThat(flow.places())
        .endsWith("status.write", "give-command", "leadership.confirm", "job-off", "status.given");
    assertThat(flow.bodyAt("status.given")).isSameAs(flow.bodyAt("status.write"));
  }

  @Test
  void theOthersStayAsTheyWereShipped() {
    send("direct:reconcile-machine", OneOfEach.key("become-ready"));
    assertThat(flow.places()).endsWith("after-ready");
    assertThat(context.getRoute("after-ready").getDescription()).startsWith("Yours to replace");
    assertThat(context.getRoute("before-power-on").getDescription()).contains("boot images");
  }
}
