package org.homelab.autoscaler.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A scenario as it is written: one line for each thing that happens or is expected, most with a
 * time in front, {@code m:ss} or {@code h:mm:ss} since the start. What may be written is told in
 * {@code src/test/resources/scenarios/README.md}.
 */
record Script(String name, List<Line> lines) {
  private static final Pattern TIME = Pattern.compile("[0-9]+(:[0-9]{2}){1,2}");

  /**
   * One line.
   *
   * @param words without the time
   */
  record Line(int number, Instant at, List<String> words) {
    String text() {
      return String.join(" ", words);
    }
  }

  static Script read(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    Instant at = Timers.START;
    List<String> all = Files.readAllLines(file);
    for (int i = 0; i < all.size(); i++) {
      String text = all.get(i).replaceFirst("#.*", "").strip();
      if (text.isEmpty()) {
        continue;
      }
      List<String> words = Arrays.asList(text.split("\\s+"));
      if (TIME.matcher(words.get(0)).matches()) {
        at = Timers.START.plus(parse(words.get(0)));
        words = words.subList(1, words.size());
      }
      if (!words.isEmpty()) {
        lines.add(new Line(i + 1, at, words));
      }
    }
    return new Script(file.getFileName().toString().replace(".scenario", ""), lines);
  }

  static Duration parse(String clock) {
    Duration time = Duration.ZERO;
    for (String part : clock.split(":")) {
      time = time.multipliedBy(60).plusSeconds(Long.parseLong(part));
    }
    return time;
  }

  /** The time as a scenario would write it. */
  static String time(Instant at) {
    Duration since = Duration.between(Timers.START, at);
    return "%d:%02d:%02d".formatted(since.toHours(), since.toMinutesPart(), since.toSecondsPart());
  }
}
