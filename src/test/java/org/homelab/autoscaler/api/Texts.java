package org.homelab.autoscaler.api;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random texts, about half of them durations or thresholds and the rest nearly so. */
final class Texts {
  private static final List<String> NUMBERS =
      List.of(
          "0", "1", "0.5", ".5", "1.", "30", "70", "99.9", "100", "100.00", "2562047", "00", "");
  private static final List<String> UNITS = List.of("h", "m", "s", "ms", "us", "µs", "μs", "ns");
  private static final List<String> NOISE =
      List.of("+", "-", " ", "%", "%%", ".", "d", "e1", "H", "٣", "\n", "1.2.3", ",5", "PT", "_");

  static String random(RandomGenerator random) {
    return random.nextInt(3) == 0 ? percentage(random) : duration(random);
  }

  private static String percentage(RandomGenerator random) {
    String sign = random.nextBoolean() ? "%" : "";
    return noise(random) + one(NUMBERS, random) + sign + noise(random);
  }

  private static String duration(RandomGenerator random) {
    return noise(random)
        + IntStream.range(0, random.nextInt(1, 4))
            .mapToObj(part -> one(NUMBERS, random) + one(UNITS, random))
            .collect(Collectors.joining())
        + noise(random);
  }

  private static String noise(RandomGenerator random) {
    return random.nextInt(8) == 0 ? one(NOISE, random) : "";
  }

  private static String one(List<String> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private Texts() {}
}
