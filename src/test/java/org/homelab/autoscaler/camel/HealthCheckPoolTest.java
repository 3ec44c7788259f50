package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that take long, and checks that fail, stand in nobody's way. */
class HealthCheckPoolTest extends CamelTestSupport {
  private static final int THREADS = 4;

  private final Map<Object, AtomicInteger> checks = new ConcurrentHashMap<>();
  private final Set<Object> broken = ConcurrentHashMap.newKeySet();
  private final Set<String> threads = ConcurrentHashMap.newKeySet();
  private final CountDownLatch answer = new CountDownLatch(1);
  private HealthCheckPool pool;

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        errorHandler(noErrorHandler());
        from("direct:health-check").process(exchange -> check(exchange.getMessage().getBody()));
      }
    };
  }

  private void check(Object key) throws InterruptedException {
    checks.computeIfAbsent(key, unused -> new AtomicInteger()).incrementAndGet();
    threads.add(Thread.currentThread().getName());
    if (key.toString().startsWith("slow")) {
      answer.await();
    }
    if (broken.contains(key)) {
      throw new IllegalStateException("no answer");
    }
  }

  @BeforeEach
  void startPool() throws Exception {
    pool = new HealthCheckPool(context, "direct:health-check", THREADS);
    context.addService(pool);
  }

  @Test
  void aMachineWhoseCheckIsNotOverIsSkippedAndNotQueued() {
    pool.accept("slow");
    await().until(() -> checks.containsKey("slow"));
    for (int i = 0; i < 100; i++) {
      pool.accept("slow");
    }
    pool.accept("m1");
    await().until(() -> checks.containsKey("m1"));
    assertThat(pool.skipped()).isEqualTo(100);
    answer.countDown();
    await().until(() -> pool.busy() == 0);
    assertThat(checks.get("slow")).hasValue(1);
    pool.accept("slow");
    await().until(() -> checks.get("slow").get() == 2);
  }

  @Test
  void fiveThousandMachinesThatHangDoNotPileUp() {
    for (int round = 0; round < 5; round++) {
      IntStream.range(0, 5_000).forEach(i -> pool.accept("slow-" + i));
    }
    await().until(() -> checks.size() == THREADS);
    assertThat(pool.busy()).isEqualTo(5_000);
    assertThat(pool.skipped()).isEqualTo(20_000);
    answer.countDown();
    await().until(() -> pool.busy() == 0);
    assertThat(checks).hasSize(5_000);
    assertThat(checks.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    assertThat(threads).hasSizeLessThanOrEqualTo(THREADS);
  }

  @Test
  void fiveThousandMachinesOnARealScheduleAreAllChecked() {
    var schedules = new HealthCheckSchedules(context, pool);
    var everyFiveSeconds = new Schedule("0/5 * * * * ?", ZoneOffset.UTC);
    IntStream.range(0, 5_000).forEach(i -> schedules.put("m" + i, everyFiveSeconds));
    await().atMost(60, TimeUnit.SECONDS).until(() -> checks.size() == 5_000);
    IntStream.range(0, 5_000).forEach(i -> schedules.remove("m" + i));
    await().atMost(60, TimeUnit.SECONDS).until(() -> pool.busy() == 0);
  }

  @Test
  void aFailureIsToldWhenItBeginsAndWhenItEndsAndNotAtEachCheck() {
    try (LogLines log = new LogLines(HealthCheckPool.class)) {
      broken.add("m1");
      for (int i = 1; i <= 5; i++) {
        int times = i;
        pool.accept("m1");
        await()
            .until(
                () ->
                    checks.get("m1") != null
                        && checks.get("m1").get() == times
                        && pool.busy() == 0);
      }
      broken.clear();
      pool.accept("m1");
      await().until(() -> checks.get("m1").get() == 6 && pool.busy() == 0);
      assertThat(log.lines())
          .containsExactly(
              "WARN health check of m1 fails, tried again at its next time:"
                  + " IllegalStateException: no answer",
              "INFO health check of m1 works again");
    }
  }
}
