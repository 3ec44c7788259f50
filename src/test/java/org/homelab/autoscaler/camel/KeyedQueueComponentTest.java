package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.homelab.autoscaler.kubernetes.StaleLook;
import org.homelab.autoscaler.leader.Leading;
import org.homelab.autoscaler.leader.NotLeading;
import org.junit.jupiter.api.Test;

class KeyedQueueComponentTest extends CamelTestSupport {
  private final Map<String, Work> work = new ConcurrentHashMap<>();
  private final Set<String> threads = ConcurrentHashMap.newKeySet();

  private final FakeLeadership leadership = new FakeLeadership();

  /** Leads or does not, as it is told. */
  private static final class FakeLeadership implements Leading {
    private final List<Runnable> whenTaken = new CopyOnWriteArrayList<>();
    private volatile boolean leads;

    void set(boolean now) {
      leads = now;
      if (now) {
        whenTaken.forEach(Runnable::run);
      }
    }

    @Override
    public boolean leading() {
      return leads;
    }

    @Override
    public void whenTaken(Runnable action) {
      whenTaken.add(action);
    }
  }

  /** What the route does with one key. */
  interface Work {
    void on(Exchange exchange) throws Exception;
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    registry.bind("leadership", leadership);
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        errorHandler(noErrorHandler());
        from("keyed-queue:machines?workers=4")
            .routeId("machines")
            .process(exchange -> threads.add(Thread.currentThread().getName()))
            .process(KeyedQueueComponentTest.this::work)
            .to("mock:done");
        from("keyed-queue:acting?leaderOnly=true").to("mock:acted");
        from("direct:add").to("keyed-queue:machines");
        from("direct:later").to("keyed-queue:machines?delay=300ms");
      }
    };
  }

  @Test
  void handsEachKeyToTheRouteAsTheBody() throws Exception {
    MockEndpoint done = getMockEndpoint("mock:done");
    done.expectedBodiesReceivedInAnyOrder("m1", "m2", "m3");
    template.sendBody("direct:add", "m1");
    template.sendBody("direct:add", List.of("m2", "m3"));
    done.assertIsSatisfied();
    assertThat(threads).allSatisfy(name -> assertThat(name).contains("keyed-queue://machines"));
  }

  @Test
  void keepsADelayedKeyBack() throws Exception {
    MockEndpoint done = getMockEndpoint("mock:done");
    done.expectedBodiesReceived("m1");
    Instant before = Instant.now();
    template.sendBody("direct:later", "m1");
    assertThat(queue().delayed()).isOne();
    done.assertIsSatisfied();
    assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(299));
  }

  @Test
  void triesAFailedExchangeAgainAfterItsBackOff() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    work.put(
        "m1",
        exchange -> {
          if (tries.incrementAndGet() == 1) {
            throw new IllegalStateException("its BMC\ndoes not answer");
          }
        });
    MockEndpoint done = getMockEndpoint("mock:done");
    done.expectedBodiesReceived("m1");
    queue().add("m1");
    done.assertIsSatisfied();
    assertThat(tries).hasValue(2);
    assertThat(queue().retries()).isOne();
  }

  @Test
  void anErrorOrAHeaderOfTheWrongKindLosesNoKey() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    work.put(
        "m1",
        exchange -> {
          if (tries.incrementAndGet() == 1) {
            throw new NoClassDefFoundError("org/example/Recipe");
          }
          if (tries.get() == 2) {
            exchange.getMessage().setHeader(Headers.AGAIN_AT, "soon");
          }
        });
    queue().add("m1");
    await().untilAsserted(() -> assertThat(tries).hasValue(3));
    await().untilAsserted(() -> assertThat(queue().inFlight()).isZero());
  }

  @Test
  void comesBackWhenTheRouteAsksForIt() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    work.put(
        "m1",
        exchange -> {
          if (looks.incrementAndGet() == 1) {
            exchange.getMessage().setHeader(Headers.AGAIN_AT, Instant.now().plusMillis(100));
          }
        });
    work.put(
        "m2",
        exchange -> {
          if (looks.incrementAndGet() == 3) {
            exchange.setProperty(Headers.AGAIN_AT, Instant.now().plusMillis(100));
          }
        });
    MockEndpoint done = getMockEndpoint("mock:done");
    done.expectedBodiesReceived("m1", "m1", "m2", "m2");
    queue().add("m1");
    await().untilAsserted(() -> assertThat(looks).hasValue(2));
    queue().add("m2");
    done.assertIsSatisfied();
    assertThat(queue().retries()).isZero();
  }

  @Test
  void whatTheNextLookMakesGoodIsNoWarning() {
    AtomicInteger tries = new AtomicInteger();
    work.put(
        "m1",
        exchange -> {
          switch (tries.incrementAndGet()) {
            case 1 -> throw new StaleLook("m1 has changed");
            case 2 -> throw new NotLeading("power-on of m1");
            default -> {}
          }
        });
    try (LogLines log = new LogLines(KeyedConsumer.class)) {
      queue().add("m1");
      await().untilAsserted(() -> assertThat(tries).hasValue(3));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("INFO")
          .contains("power-on of m1 is left to the replica that leads");
    }
  }

  @Test
  void neverWorksOnAKeyTwiceAtOnceAndSeesTheLastState() {
    Map<String, AtomicInteger> state = new ConcurrentHashMap<>();
    Map<String, Integer> seen = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> busy = new ConcurrentHashMap<>();
    Set<String> clashes = ConcurrentHashMap.newKeySet();
    List<String> keys = IntStream.range(0, 5).mapToObj(i -> "m" + i).toList();
    keys.forEach(
        key -> {
          state.put(key, new AtomicInteger());
          busy.put(key, new AtomicInteger());
          work.put(
              key,
              exchange -> {
                if (busy.get(key).incrementAndGet() > 1) {
                  clashes.add(key);
                }
                seen.put(key, state.get(key).get());
                Thread.yield();
                busy.get(key).decrementAndGet();
              });
        });
    IntStream.range(0, 20_000)
        .parallel()
        .forEach(
            i -> {
              String key = keys.get(i % keys.size());
              state.get(key).incrementAndGet();
              queue().add(key);
            });
    await()
        .untilAsserted(
            () ->
                assertThat(seen)
                    .allSatisfy((key, last) -> assertThat(last).isEqualTo(state.get(key).get()))
                    .hasSize(5));
    assertThat(clashes).isEmpty();
  }

  @Test
  void handsNothingOutWhileSuspendedAndLosesNothing() throws Exception {
    context.getRouteController().suspendRoute("machines");
    queue().add("m1");
    MockEndpoint done = getMockEndpoint("mock:done");
    done.expectedMessageCount(0);
    done.setAssertPeriod(300);
    done.assertIsSatisfied();

    done.reset();
    done.expectedBodiesReceived("m1");
    context.getRouteController().resumeRoute("machines");
    done.assertIsSatisfied();
  }

  @Test
  void aStopWaitsForTheWorkThatGoesOnAndAStartTakesUpTheRest() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    AtomicInteger finished = new AtomicInteger();
    MockEndpoint done = getMockEndpoint("mock:done");
    done.expectedBodiesReceived("m1", "m2");
    work.put(
        "m1",
        exchange -> {
          begun.countDown();
          finish.await(10, TimeUnit.SECONDS);
          finished.incrementAndGet();
        });
    queue().add("m1");
    assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
    Thread stop = new Thread(() -> stopRoute("machines"));
    stop.start();
    await()
        .until(() -> ((KeyedConsumer<?>) context.getRoute("machines").getConsumer()).isSuspended());
    queue().add("m2");
    finish.countDown();
    stop.join(10_000);
    assertThat(finished).hasValue(1);
    assertThat(queue().inFlight()).isZero();

    context.getRouteController().startRoute("machines");
    done.assertIsSatisfied();
  }

  @Test
  void takesKeysOnlyWhileItLeads() throws Exception {
    KeyedQueue<Object> acting =
        context.getComponent("keyed-queue", KeyedQueueComponent.class).queue("acting");
    MockEndpoint acted = getMockEndpoint("mock:acted");
    acting.add("m1");
    acted.expectedMessageCount(0);
    acted.setAssertPeriod(700);
    acted.assertIsSatisfied();

    acted.reset();
    acted.expectedBodiesReceived("m1");
    leadership.set(true);
    acted.assertIsSatisfied();

    acted.reset();
    leadership.set(false);
    acting.add("m2");
    acted.expectedMessageCount(0);
    acted.setAssertPeriod(300);
    acted.assertIsSatisfied();
    assertThat(acting.depth()).isOne();

    acted.reset();
    acted.expectedBodiesReceived("m2");
    leadership.set(true);
    acted.assertIsSatisfied();
  }

  @Test
  void refusesAnEmptyBodyAndBadOptions() {
    assertThatThrownBy(() -> template.sendBody("direct:add", null))
        .hasRootCauseMessage(
            "keyed-queue://machines takes the message body as the key, and it is empty");
    assertThatThrownBy(() -> context.getEndpoint("keyed-queue:machines?workers=0"))
        .hasMessageContaining("workers must be 1 or more");
    assertThatThrownBy(() -> context.getEndpoint("keyed-queue:machines?wrokers=1"))
        .hasMessageContaining("wrokers");
  }

  private void stopRoute(String id) {
    try {
      context.getRouteController().stopRoute(id);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void work(Exchange exchange) throws Exception {
    Work todo = work.get(exchange.getMessage().getBody(String.class));
    if (todo != null) {
      todo.on(exchange);
    }
  }

  private KeyedQueue<Object> queue() {
    return context.getComponent("keyed-queue", KeyedQueueComponent.class).queue("machines");
  }
}
