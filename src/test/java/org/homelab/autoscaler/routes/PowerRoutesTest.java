package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.homelab.autoscaler.camel.Headers;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The way of a machine from a key to the step it needs, decided by the real desk. */
class PowerRoutesTest extends RouteTest {
  private static final Map<String, List<String>> WAYS = new TreeMap<>();

  static {
    WAYS.put("wait", List.of("status.write"));
    WAYS.put("refuse", List.of("status.write"));
    WAYS.put("would", List.of("status.write"));
    WAYS.put("take-charge", List.of("custody.takeCharge"));
    WAYS.put("keep", List.of("nodes.keep", "status.write"));
    WAYS.put("leave", List.of("nodes.release", "status.write"));
    WAYS.put("let-go", List.of("nodes.release", "custody.letGo"));
    WAYS.put("adopt", List.of("leadership.confirm", "intents.adopt", "status.write"));
    WAYS.put(
        "power-on",
        List.of(
            "nodes.forgetLeftOver",
            "status.write",
            "give-command",
            "leadership.confirm",
            "job-on",
            "jobs.startup",
            "status.given"));
    WAYS.put("cancel-power-on", List.of("status.write", "jobs.cancel"));
    WAYS.put("register", List.of("nodes.register", "status.write"));
    WAYS.put("become-ready", List.of("nodes.becomeReady", "status.write", "after-ready"));
    WAYS.put("begin-shutdown", List.of("status.write", "drain.cordon"));
    WAYS.put("drain", List.of("drain.evict", "status.write"));
    WAYS.put("cancel-shutdown", List.of("drain.uncordon", "status.write"));
    WAYS.put(
        "power-off",
        List.of(
            "drain.lastLook",
            "status.write",
            "give-command",
            "leadership.confirm",
            "job-off",
            "jobs.shutdown",
            "status.given"));
    WAYS.put(
        "fall-back",
        List.of(
            "status.write",
            "give-command",
            "leadership.confirm",
            "job-off",
            "jobs.shutdown",
            "status.given"));
    WAYS.put("cancel-power-off", List.of("status.write", "jobs.cancel"));
    WAYS.put("confirm-off", List.of("status.write", "nodes.forget", "after-power-off"));
    WAYS.put("fail-startup", List.of("jobs.cancel", "status.write", "on-failure"));
    WAYS.put(
        "fail-shutdown", List.of("jobs.cancel", "drain.uncordon", "status.write", "on-failure"));
  }

  private static final Map<String, String> ASKED =
      Map.of("power-on", "before-power-on", "begin-shutdown", "before-drain");

  private final AtomicBoolean synced = new AtomicBoolean(true);

  PowerRoutesTest() {
    super("power", "extension-points");
  }

  @Override
  public void configureContext(CamelContextConfiguration configuration) {
    super.configureContext(configuration);
    configuration.replaceRouteFromWith("look-for-leftovers", "direct:look-for-leftovers");
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    super.bindToRegistry(registry);
    registry.bind("power", new OneOfEach().desk(synced::get));
  }

  static Set<String> routes() {
    return WAYS.keySet();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void aDecisionIsCarriedOutByTheRouteOfItsName(String route) {
    Exchange done = look(route);
    assertThat(done.getException()).isNull();
    assertThat(flow.places()).containsExactlyElementsOf(way(route));
    Step step = (Step) flow.bodyAt(route);
    assertThat(step.route()).isEqualTo(route);
    assertThat(flow.bodiesOfBeans())
        .allSatisfy(body -> assertThat(step(body).decision()).isSameAs(step.decision()));
  }

  private static Step step(Object body) {
    return body instanceof Beans.Command command ? command.step() : (Step) body;
  }

  @Test
  void whatAnAdoptionMakesOfTheStepIsWhatIsWritten() {
    look("adopt");
    assertThat(step(flow.bodyAt("intents.adopt")).now()).isEqualTo(OneOfEach.NOW);
    assertThat(step(flow.bodyAt("status.write")).now()).isEqualTo(Beans.ADOPTED);
  }

  @Test
  void everyDecisionThereIsIsAmongThem() {
    Set<String> decided = new TreeSet<>();
    for (String route : routes()) {
      look(route);
      decided.add(((Step) flow.bodyAt(route)).decision().getClass().getSimpleName());
    }
    assertThat(decided)
        .isEqualTo(kinds(Decision.class).map(Class::getSimpleName).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @MethodSource("routes")
  void afterAFailureNothingElseIsDoneAndTheSenderLearnsOfIt(String route) {
    for (String bean : WAYS.get(route).stream().filter(place -> place.contains(".")).toList()) {
      flow.clear();
      flow.breakAt(bean);
      Exchange failed = look(route);
      assertThat(failed.getException()).isInstanceOf(Flow.Broken.class);
      List<String> way = way(route);
      assertThat(flow.places()).containsExactlyElementsOf(way.subList(0, way.indexOf(bean) + 1));
    }
  }

  @Test
  void aCommandThatTheDeviceDidNotTakeIsNotedAndFailsNoRoute() {
    flow.breakAt("jobs.shutdown", new RecipeFailure.NotTaken("refused"));
    assertThat(look("power-off").getException()).isNull();
    assertThat(flow.places()).endsWith("jobs.shutdown", "status.failed", "status.given");
  }

  @Test
  void aCommandOfUnknownOutcomeFailsTheRouteAndNothingIsNoted() {
    flow.breakAt("jobs.shutdown", new RecipeFailure("no answer"));
    assertThat(look("power-off").getException()).isInstanceOf(RecipeFailure.class);
    assertThat(flow.places()).endsWith("jobs.shutdown");
  }

  @Test
  void aMachineThatIsGoneNeedsNoStep() {
    Exchange done = look("sold");
    assertThat(done.getException()).isNull();
    assertThat(flow.places()).containsExactly("reconcile-machine");
    assertThat(done.getMessage().getHeaders()).doesNotContainKey(Headers.AGAIN_AT);
  }

  @Test
  void nothingIsDecidedBeforeAllIsKnown() {
    synced.set(false);
    try {
      Exchange done = look("power-on");
      assertThat(done.getException()).isNull();
      assertThat(flow.places()).containsExactly("reconcile-machine");
      assertThat(done.getMessage().getHeaders()).containsKey(Headers.AGAIN_AT);
    } finally {
      synced.set(true);
    }
  }

  @Test
  void whoMustWaitIsLookedAtAgainInTime() {
    Map<String, Instant> again = new TreeMap<>();
    for (String route : routes()) {
      Object at = look(route).getMessage().getHeader(Headers.AGAIN_AT);
      if (at != null) {
        again.put(route, (Instant) at);
      }
    }
    assertThat(again)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "wait",
                OneOfEach.NOT_READY_SINCE.plusSeconds(60),
                "refuse",
                OneOfEach.HELD_UNTIL,
                "take-charge",
                OneOfEach.NOW,
                "drain",
                OneOfEach.NOW.plusSeconds(2)));
  }

  @Test
  void aRecipeRunsWithItsDefaultDeadline() {
    look("power-on");
    assertThat(flow.bodyAt("jobs.startup"))
        .isEqualTo(new Beans.Command((Step) flow.bodyAt("power-on"), 0));
    look("power-off");
    assertThat(flow.bodyAt("jobs.shutdown"))
        .isEqualTo(new Beans.Command((Step) flow.bodyAt("power-off"), 0));
  }

  @Test
  void whatCommandsHaveLeftIsLookedForNowAndThen() {
    assertThat(send("direct:look-for-leftovers", null).getException()).isNull();
    assertThat(flow.places()).containsExactly("look-for-leftovers", "clearances.lookAround");
  }

  @Test
  void theLeaderTakesEachKeyOffTheQueue() {
    queue("machines").add(OneOfEach.key("adopt"));
    await()
        .untilAsserted(
            () ->
                assertThat(flow.places())
                    .startsWith("reconcile-machines")
                    .endsWith(way("adopt").toArray(String[]::new)));
    await().untilAsserted(() -> assertThat(queue("machines").inFlight()).isZero());
    assertThat(queue("machines").delayed()).isZero();
  }

  @Test
  void aFailedLookComesBackFromTheQueueAndIsToldInOneLine() {
    flow.breakOnceAt("intents.adopt");
    queue("machines").add(OneOfEach.key("adopt"));
    await()
        .untilAsserted(() -> assertThat(flow.places()).endsWith("intents.adopt", "status.write"));
    assertThat(flow.places()).containsOnlyOnce("status.write");
    assertThat(logged(Level.WARN))
        .singleElement()
        .asString()
        .contains("key=lab/adopt", "again in", "Broken: intents.adopt is broken")
        .doesNotContain("\n");
  }

  private Exchange look(String machine) {
    return send("direct:reconcile-machine", OneOfEach.key(machine));
  }

  private static List<String> way(String route) {
    return Stream.of(
            Stream.of("reconcile-machine"),
            Stream.ofNullable(ASKED.get(route)),
            Stream.of(route),
            WAYS.get(route).stream())
        .flatMap(places -> places)
        .toList();
  }

  private static Stream<Class<?>> kinds(Class<?> decision) {
    return decision.isSealed()
        ? Stream.of(decision.getPermittedSubclasses()).flatMap(PowerRoutesTest::kinds)
        : Stream.of(decision);
  }
}
