package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.PowerIntent;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.homelab.autoscaler.trace.Span;
import org.homelab.autoscaler.trace.SpanId;
import org.homelab.autoscaler.trace.ToldTraces;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The spans of a machine's operations, told by whoever writes the step that ends them. */
class TracedMachineTest {
  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private final List<Span> spans = new ArrayList<>();
  private KubernetesClient client;
  private TestCluster cluster;
  private MachineStatusWriter status;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    cluster = new TestCluster(client);
    status = writer(cluster);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  /** As a replica that has just started has it. */
  private MachineStatusWriter writer(TestCluster of) {
    return new MachineStatusWriter(
        client, of.feed, of.events, step -> {}, new ToldTraces(spans::add));
  }

  @Test
  void aPowerOnByAJobIsToldInPartsAsEachIsOver() {
    cluster.rackWithMachine("off");
    order(PowerState.ON);
    powerOn();
    assertThat(spans).as("nothing is over").isEmpty();

    finishJob();
    write(new Decision.Wait(Reason.BOOTING, "", Optional.empty()));
    assertThat(names()).containsExactly("job");
    cluster.kubernetesNode(false);
    write(new Decision.Register(Reason.JOINED));
    assertThat(names()).containsExactly("job", "join");
    write(new Decision.BecomeReady(Reason.READY));
    assertThat(names()).containsExactly("job", "join", "boot", "ready", "power-on");

    Span whole = spans.get(4);
    SpanId order = SpanId.order(cluster.machine().declared().order().orElseThrow());
    assertThat(whole.parent()).contains(order);
    assertThat(whole.problem()).isEmpty();
    assertThat(spans.subList(0, 4))
        .allSatisfy(part -> assertThat(part.parent()).contains(whole.id()));
    assertThat(spans).extracting(span -> span.id().trace()).containsOnly(order.trace());
    assertThat(spans).extracting(Span::id).doesNotHaveDuplicates();
    assertThat(spans.get(0).attributes()).containsEntry("homelab.job", "m1-startup-1");
  }

  @Test
  void anotherReplicaComesToTheSameIds() {
    cluster.rackWithMachine("off");
    order(PowerState.ON);
    powerOn();
    finishJob();
    write(new Decision.Wait(Reason.BOOTING, "", Optional.empty()));

    var restarted = new TestCluster(client);
    restarted.feed.group(
        client
            .resources(org.homelab.autoscaler.api.Group.class)
            .inNamespace(TestCluster.NAMESPACE)
            .withName("rack")
            .get(),
        "APPLIED");
    restarted.feed.machine(cluster.stored(), "APPLIED");
    cluster = restarted;
    status = writer(restarted);
    write(new Decision.BecomeReady(Reason.READY));

    Span whole = spans.get(spans.size() - 1);
    assertThat(whole.name()).isEqualTo("power-on");
    assertThat(spans.get(0).name()).isEqualTo("job");
    assertThat(spans.get(0).parent()).contains(whole.id());
    assertThat(spans.get(0).id().trace()).isEqualTo(whole.id().trace());
  }

  @Test
  void whatNobodyOrderedIsATraceByItself() {
    cluster.rackWithMachine("on");
    powerOn();
    write(new Decision.FailStartup(Reason.BOOT_TIMEOUT, "not Ready"));

    assertThat(names()).containsExactly("job", "power-on");
    Span whole = spans.get(1);
    assertThat(whole.parent()).isEmpty();
    assertThat(whole.problem()).contains(Reason.BOOT_TIMEOUT.sentence());
  }

  @Test
  void anOperationThatTheLatestOrderDoesNotWantIsNotPartOfIt() {
    cluster.rackWithMachine("on");
    powerOn();
    order(PowerState.OFF);
    write(new Decision.BeginShutdown(Reason.CLEAN_UP));

    Span whole = spans.get(spans.size() - 1);
    assertThat(whole.name()).isEqualTo("power-on");
    assertThat(whole.parent()).isEmpty();
    assertThat(whole.problem()).isPresent();
  }

  @Test
  void aPowerOffIsDrainCommandAndGoingDown() {
    cluster.rackWithMachine("on");
    cluster.kubernetesNode(true);
    write(new Decision.BecomeReady(Reason.READY));
    assertThat(spans).as("no operation").isEmpty();
    order(PowerState.OFF);
    write(new Decision.BeginShutdown(Reason.DESIRED_OFF));
    write(new Decision.PowerOff(Reason.DRAINED, 1));
    assertThat(names()).containsExactly("drain");
    write(new Decision.ConfirmOff(Reason.CONFIRMED_OFF));

    assertThat(names()).containsExactly("drain", "job", "go-down", "power-off");
    Span whole = spans.get(3);
    assertThat(whole.parent())
        .contains(SpanId.order(cluster.machine().declared().order().orElseThrow()));
    assertThat(spans.subList(0, 3))
        .allSatisfy(part -> assertThat(part.parent()).contains(whole.id()));
  }

  private void order(PowerState desired) {
    cluster.intents.apply(
        cluster.fleet.group("rack").orElseThrow(),
        List.of(new PowerIntent(cluster.machine(), desired, "a test")));
  }

  private void powerOn() {
    Step on = cluster.step(new Decision.PowerOn(Reason.DESIRED_ON, 1));
    status.write(on);
    cluster.jobs.startup(on, 0);
    status.given(on);
  }

  private void write(Decision decision) {
    status.write(cluster.step(decision));
  }

  private List<String> names() {
    return spans.stream().map(Span::name).toList();
  }

  private void finishJob() {
    Job job = cluster.allJobs().get(0);
    Instant over = cluster.clock.instant();
    Job finished =
        job.edit()
            .withNewStatus()
            .addNewCondition()
            .withType("Complete")
            .withStatus("True")
            .withLastTransitionTime(over.toString())
            .endCondition()
            .endStatus()
            .build();
    cluster.feed.job(finished, "APPLIED");
    assertThat(cluster.machine().job("m1-" + OperationType.STARTUP.text() + "-1"))
        .hasValueSatisfying(seen -> assertThat(seen.finishedAt()).contains(over));
  }
}
