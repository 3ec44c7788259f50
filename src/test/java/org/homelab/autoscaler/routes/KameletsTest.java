package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;

import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Neighbours;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped recipes, called as a route of a user's would call them. */
class KameletsTest extends RouteTest {
  private static final Step STEP = step();

  private static Step step() {
    var machine =
        new Machine(
            declared("atlas").build(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    var policy =
        PowerPolicy.of(
            machine, GroupPolicy.NONE, Neighbours.room(0), PowerPolicy.Defaults.STANDARD);
    return new Step(machine, policy, new Decision.PowerOn(Reason.DESIRED_ON, 1), OneOfEach.NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "job-on, jobs.startup, 0",
    "job-on?deadline=90, jobs.startup, 90",
    "job-off, jobs.shutdown, 0",
    "job-off?deadline=3600, jobs.shutdown, 3600",
  })
  void aRecipeGetsItsParametersOrTheirDefaults(String recipe, String bean, long deadline) {
    Exchange done = send("kamelet:" + recipe, STEP);
    assertThat(done.getException()).isNull();
    assertThat(flow.bodyAt(bean)).isEqualTo(new Beans.Command(STEP, deadline));
    assertThat(done.getMessage().getBody()).isSameAs(STEP);
  }

  @ParameterizedTest
  @CsvSource({"job-on, jobs.startup", "job-off, jobs.shutdown"})
  void aFailureReachesWhoeverCalledTheRecipe(String recipe, String bean) {
    flow.breakAt(bean);
    assertThat(send("kamelet:" + recipe, STEP).getException()).isInstanceOf(Flow.Broken.class);
  }
}
