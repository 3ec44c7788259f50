package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Registry;
import org.homelab.autoscaler.recipes.Ipmi;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.testing.devices.Fault;
import org.homelab.autoscaler.testing.devices.IpmitoolFake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ipmitool as it is run at the desk; a Job runs the same words. */
class IpmiTest extends RecipeTest {
  @TempDir static Path folder;

  private IpmitoolFake server;

  @Override
  protected void bindToRegistry(Registry registry) {
    super.bindToRegistry(registry);
    server = new IpmitoolFake(folder);
    registry.bind("ipmi", new Ipmi(IpmitoolFake.program(folder)));
  }

  private Exchange use(String part) {
    return use("ipmi", part, server.parameters(), server.secrets());
  }

  @Test
  void wordsStayWordsAndThePasswordIsNotAmongThem() {
    server.fault(Fault.NONE);
    assertThat(use("on").getException()).isNull();
    assertThat(server.words())
        .containsExactly(
            "-I",
            "lanplus",
            "-H",
            "bmc.lan",
            "-p",
            "623",
            "-U",
            "$(id); x",
            "-L",
            "OPERATOR",
            "-E",
            "-N",
            "1",
            "-R",
            "1",
            "chassis",
            "power",
            "on");
    assertThat(server.seen()).contains("chassis power on").doesNotContain("canary");
  }

  @Test
  void aCycleIsOneCommand() {
    server.fault(Fault.NONE);
    assertThat(use("cycle").getException()).isNull();
    assertThat(server.state()).isEqualTo("cycle");
  }

  @Test
  void whatItSaysIsToldWithoutThePasswordInIt() {
    server.fault(Fault.DROPS);
    assertThat(use("on").getException())
        .isInstanceOf(RecipeFailure.class)
        .hasMessageContaining("ipmitool says: Set Chassis Power Control to on failed: ***");
  }
}
