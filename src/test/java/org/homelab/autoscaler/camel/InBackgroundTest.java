package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class InBackgroundTest {
  private static final int MANY = 1_500;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final List<Integer> done = new CopyOnWriteArrayList<>();

  @Test
  void nobodyWaitsAndTheOrderIsKeptAndWhatIsLeftAtTheEndIsDone() throws Exception {
    var gate = new CountDownLatch(1);
    var background = new InBackground(context, "test");
    context.addService(background);
    context.start();
    background.execute(() -> await(gate));
    IntStream.range(0, 10).forEach(number -> background.execute(() -> done.add(number)));
    assertThat(done).isEmpty();
    gate.countDown();
    context.stop();
    assertThat(done).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void nothingIsDroppedHoweverMuchThereIs() throws Exception {
    var gate = new CountDownLatch(1);
    var background = new InBackground(context, "test");
    context.addService(background);
    context.start();
    background.execute(() -> await(gate));
    for (int i = 0; i < MANY; i++) {
      int number = i;
      background.execute(() -> done.add(number));
    }
    assertThat(done).isNotEmpty();
    gate.countDown();
    context.stop();
    assertThat(done).hasSize(MANY);
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
