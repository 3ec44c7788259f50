package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.flows.Messages;
import org.homelab.autoscaler.power.Consent;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Flows of users that answer, throw, talk nonsense and hang. */
class FlowsTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration BRIEF = Duration.ofMillis(50);

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final FakeClock clock = new FakeClock();
  private final List<ObjectKey> lookedAtAgain = new CopyOnWriteArrayList<>();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Map<String, Object> headers = new HashMap<>();
  private Map<String, String> annotations = Map.of();
  private Processor flow = exchange -> {};

  @BeforeEach
  void start() throws Exception {
    // An exchange whose flow threw an error counts as under way for ever.
    context.getShutdownStrategy().setTimeout(1);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            from("direct:before-power-on").process(exchange -> flow.process(exchange));
            from("direct:on-failure").process(exchange -> flow.process(exchange));
          }
        });
    context.start();
  }

  @AfterEach
  void stop() {
    gate.countDown();
    threads.shutdownNow();
    context.stop();
  }

  private Flows flows(Duration patience) throws Exception {
    var flows =
        new Flows(
            context,
            new Fleet(ObjectKey::name),
            new Messages(key -> annotations),
            clock,
            threads,
            patience,
            Consent::withheld,
            lookedAtAgain::add);
    context.addService(flows);
    return flows;
  }

  private Step powerOn(String name) {
    return step(name, new Decision.PowerOn(Reason.DESIRED_ON, 1));
  }

  private Step step(String name, Decision decision) {
    var machine =
        new Machine(
            declared(name).group("rack").build(),
            Optional.of(new ObjectKey("lab", "rack")),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    PowerPolicy policy =
        PowerPolicy.of(machine, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD);
    return new Step(machine, policy, decision, clock.instant());
  }

  private Decision.Wait held(Flows flows) {
    Step instead = flows.before(powerOn("m1"), headers);
    Decision.Wait wait = (Decision.Wait) instead.decision();
    assertThat(headers.get(Headers.AGAIN_AT)).isEqualTo(wait.again().orElseThrow());
    return wait;
  }

  private Instant in(int seconds) {
    return clock.instant().plusSeconds(seconds);
  }

  @Test
  void silenceIsConsent() throws Exception {
    Step step = powerOn("m1");
    assertThat(flows(LONG).before(step, headers)).isSameAs(step);
    flow = exchange -> exchange.getMessage().setHeader(Headers.VERDICT, "pass");
    assertThat(flows(LONG).before(step, headers)).isSameAs(step);
    assertThat(headers).isEmpty();
  }

  @Test
  void waitHoldsTheStepBackForAsLongAsTheFlowSays() throws Exception {
    flow =
        exchange -> {
          exchange.getMessage().setHeader(Headers.VERDICT, "wait");
          exchange.getMessage().setHeader(Headers.WHY, "on battery\nfor 3 min");
          exchange.getMessage().setHeader(Headers.ASK_AGAIN, "90");
        };
    assertThat(held(flows(LONG)))
        .isEqualTo(
            new Decision.Wait(
                Reason.FLOW_WAITS, "before-power-on: on battery for 3 min", Optional.of(in(90))));
  }

  @Test
  void aVerdictThatCannotBeReadIsNoConsent() throws Exception {
    flow = exchange -> exchange.getMessage().setHeader(Headers.VERDICT, "wiat");
    assertThat(held(flows(LONG)).reason()).isEqualTo(Reason.FLOW_FAILED);
    assertThat(held(flows(LONG)).detail()).contains("neither pass nor wait but \"wiat\"");
  }

  @Test
  void aTimeThatCannotBeReadIsTheUsualOne() throws Exception {
    for (String time : List.of("soon", "-1", "99999999999")) {
      flow =
          exchange -> {
            exchange.getMessage().setHeader(Headers.VERDICT, "wait");
            exchange.getMessage().setHeader(Headers.ASK_AGAIN, time);
          };
      assertThat(held(flows(LONG)).again()).as(time).contains(in(30));
    }
  }

  @Test
  void whatItThrowsIsToldWithoutWhatMayBeSecret() throws Exception {
    flow =
        exchange -> {
          throw new IllegalStateException(
              "cannot reach https://joe:hunter2@hooks.lan/services/T0KEN?key=SECRET now");
        };
    Decision.Wait wait = held(flows(LONG));
    assertThat(wait.reason()).isEqualTo(Reason.FLOW_FAILED);
    assertThat(wait.detail())
        .isEqualTo("before-power-on: IllegalStateException: cannot reach https://hooks.lan now");
  }

  @Test
  void anErrorIsAFailureLikeAnyOther() throws Exception {
    flow =
        exchange -> {
          throw new StackOverflowError();
        };
    assertThat(held(flows(LONG)).detail()).contains("StackOverflowError");
  }

  @Test
  void aSlowFlowKeepsNoOtherMachineAndItsAnswerCountsWhenItComes() throws Exception {
    flow =
        exchange -> {
          if (exchange.getMessage().getHeader(Headers.MACHINE).equals("m1")) {
            gate.await();
          }
        };
    Flows flows = flows(LONG);
    assertThat(held(flows).reason()).isEqualTo(Reason.FLOW_ASKED);
    Step other = powerOn("m2");
    assertThat(flows.before(other, headers)).isSameAs(other);
    gate.countDown();
    await().untilAsserted(() -> assertThat(lookedAtAgain).hasSize(1));
    Step step = powerOn("m1");
    assertThat(flows.before(step, headers)).isSameAs(step);
  }

  private void flowSaysWait(AtomicInteger asked) {
    flow =
        exchange -> {
          asked.incrementAndGet();
          exchange.getMessage().setHeader(Headers.VERDICT, "wait");
          exchange.getMessage().setHeader(Headers.ASK_AGAIN, "90");
        };
  }

  @Test
  void whatItHasSaidStandsUntilItIsToBeAskedAgain() throws Exception {
    var asked = new AtomicInteger();
    flowSaysWait(asked);
    Flows flows = flows(LONG);
    Instant again = in(90);
    Decision.Wait first = held(flows);
    clock.pass(Duration.ofSeconds(89));
    assertThat(held(flows)).isEqualTo(first);
    assertThat(first.again()).contains(again);
    assertThat(asked).hasValue(1);
    clock.pass(Duration.ofSeconds(1));
    assertThat(held(flows).again()).contains(in(90));
    assertThat(asked).hasValue(2);
  }

  @Test
  void anotherQuestionIsAskedAtOnce() throws Exception {
    var asked = new AtomicInteger();
    flowSaysWait(asked);
    Flows flows = flows(LONG);
    held(flows);
    annotations = Map.of("house.example/approve", "1");
    held(flows);
    assertThat(asked).hasValue(2);
  }

  @Test
  void whileItIsAskedOnceMoreItsLastAnswerStands() throws Exception {
    flowSaysWait(new AtomicInteger());
    Flows flows = flows(LONG);
    Decision.Wait first = held(flows);
    clock.pass(Duration.ofSeconds(90));
    flow = exchange -> gate.await();
    Decision.Wait meanwhile = held(flows);
    assertThat(meanwhile.reason()).isEqualTo(first.reason());
    assertThat(meanwhile.detail()).isEqualTo(first.detail());
    assertThat(meanwhile.again()).contains(clock.instant().plus(LONG));
  }

  @Test
  void aFlowThatHangsIsInterruptedAndHasNotConsented() throws Exception {
    flow = exchange -> gate.await();
    Flows flows = flows(BRIEF);
    headers.clear();
    Step first = flows.before(powerOn("m1"), headers);
    assertThat(first.decision()).isInstanceOf(Decision.Wait.class);
    await().untilAsserted(() -> assertThat(lookedAtAgain).hasSize(1));
    assertThat(held(flows).reason()).isEqualTo(Reason.FLOW_FAILED);
  }

  @Test
  void oneThatIsOnlyToldMayFailAsItLikes() throws Exception {
    var told = new AtomicInteger();
    flow =
        exchange -> {
          told.incrementAndGet();
          throw new IllegalStateException("no such host");
        };
    Flows flows = flows(LONG);
    Step failure = step("m1", new Decision.FailStartup(Reason.BOOT_TIMEOUT, "not Ready"));
    flows.tell(failure, "on-failure");
    flows.tell(failure, "on-failure");
    assertThat(told).hasValue(2);
  }

  @Test
  void whatIsNotBegunIsNotAskedAbout() throws Exception {
    flow =
        exchange -> {
          throw new IllegalStateException("asked");
        };
    Step resumed = step("m1", new Decision.PowerOn(Reason.RESUMED, 1));
    assertThat(flows(LONG).before(resumed, headers)).isSameAs(resumed);
  }
}
