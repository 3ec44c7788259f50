package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerPodsTest {
  private static final PowerPods LEFT_ALONE = new PowerPods("default", false);

  @Test
  void whatNobodySaysIsRestricted() {
    SecurityContext filled = PowerPods.RESTRICTED.ofContainer(null).orElseThrow();

    assertThat(Serialization.asYaml(filled))
        .isEqualTo(
            """
            ---
            allowPrivilegeEscalation: false
            capabilities:
              drop:
              - "ALL"
            runAsNonRoot: true
            runAsUser: 65532
            seccompProfile:
              type: "RuntimeDefault"
            """);
    assertThat(PowerPods.RESTRICTED.ofPod(null).orElseThrow().getFsGroup()).isEqualTo(65532L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "runAsUser: 0 | 0 | ",
        "runAsUser: 1000 | 1000 | true",
        "runAsNonRoot: true | | true",
        "runAsNonRoot: false | | false",
      })
  void theUserThatIsDeclaredStays(String declared, Long user, Boolean nonRoot) {
    SecurityContext said = Serialization.unmarshal(declared, SecurityContext.class);

    SecurityContext filled = PowerPods.RESTRICTED.ofContainer(said).orElseThrow();

    assertThat(filled.getRunAsUser()).isEqualTo(user);
    assertThat(filled.getRunAsNonRoot()).isEqualTo(nonRoot);
    assertThat(PowerPods.RESTRICTED.ofPod(said)).isEmpty();
  }

  @Test
  void aCapabilityThatIsAskedForIsTheOnlyOne() {
    SecurityContext said =
        new SecurityContextBuilder()
            .withNewCapabilities()
            .withAdd("NET_RAW")
            .endCapabilities()
            .build();

    SecurityContext filled = PowerPods.RESTRICTED.ofContainer(said).orElseThrow();

    assertThat(filled.getCapabilities().getAdd()).containsExactly("NET_RAW");
    assertThat(filled.getCapabilities().getDrop()).containsExactly("ALL");
  }

  @Test
  void aPrivilegedContainerIsLeftAsItIs() {
    SecurityContext said = new SecurityContextBuilder().withPrivileged(true).build();

    assertThat(PowerPods.RESTRICTED.ofContainer(said)).contains(said);
    assertThat(PowerPods.RESTRICTED.ofPod(said)).isEmpty();
  }

  @Test
  void whereTheImageDecidesNothingIsFilledIn() {
    assertThat(LEFT_ALONE.ofContainer(null)).isEmpty();
    assertThat(LEFT_ALONE.ofPod(null)).isEmpty();
  }
}
