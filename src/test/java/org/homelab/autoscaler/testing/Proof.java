package org.homelab.autoscaler.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a suite has tried, noted in a file of its own, so that the account at the end of the build
 * has it from whichever process the suite ran in.
 *
 * @param suite name of the suite's class
 */
public record Proof(Path folder, String suite) {
  /** Where the build keeps them. */
  static final Path FOLDER = Path.of("target", "proof");

  /** What is counted. */
  public enum Tried {
    TESTS,
    CELLS,
    LIVES,
    INTERLEAVINGS,
    OBJECTS,
    STEPS,
    CRASHES,
    FAULTS,
    VIOLATIONS;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The account of that suite. */
  public static Proof of(Class<?> suite) {
    return new Proof(FOLDER, suite.getName());
  }

  /** Adds to what it has tried; each call is kept, whatever becomes of the process afterwards. */
  public Proof tried(Tried what, long times) {
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve(suite),
          what.word() + " " + times + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that it has tried. */
  Map<Tried, Long> total() {
    var total = new EnumMap<Tried, Long>(Tried.class);
    Path file = folder.resolve(suite);
    try {
      for (String line :
          Files.exists(file) ? Files.readAllLines(file) : java.util.List.<String>of()) {
        String[] words = line.split(" ");
        Tried what = Tried.valueOf(words[0].toUpperCase(Locale.ROOT));
        total.merge(what, Long.parseLong(words[1]), Long::sum);
      }
      return total;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
