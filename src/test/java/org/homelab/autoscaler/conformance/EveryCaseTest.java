package org.homelab.autoscaler.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every numbered case of the contract has a test with its number in front of its name. */
class EveryCaseTest {
  private static final Pattern NUMBERS = Pattern.compile("(?:[ckf]\\d+_)+");
  private static final Pattern SCENARIO = Pattern.compile("(l\\d+)-.*\\.scenario");
  private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");

  private static Stream<String> cases(String letter, int first, int last) {
    String format = letter.equals("c") ? "c%02d" : letter + "%d";
    return IntStream.rangeClosed(first, last).mapToObj(format::formatted);
  }

  private static Set<String> all(List<Stream<String>> ranges) {
    return ranges.stream().flatMap(range -> range).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void every_case_of_the_cloud_provider_is_tested_over_the_port_of_the_running_application() {
    Set<String> required =
        all(
            List.of(
                cases("c", 1, 14),
                cases("c", 20, 33),
                cases("c", 40, 47),
                cases("c", 50, 65),
                cases("c", 70, 77),
                cases("c", 80, 85),
                cases("c", 90, 95),
                cases("c", 100, 104),
                cases("c", 110, 111),
                cases("c", 120, 120),
                cases("c", 122, 124),
                cases("k", 1, 23),
                cases("f", 1, 9),
                cases("f", 22, 22)));
    assertThat(tested(getClass().getPackageName())).containsAll(required);
  }

  @Test
  void every_case_of_the_transport_and_of_a_lost_watch_is_tested() {
    assertThat(tested("org.homelab.autoscaler"))
        .containsAll(all(List.of(cases("c", 121, 121), cases("c", 130, 139))));
  }

  @Test
  void every_story_of_the_loop_is_told() throws IOException {
    try (Stream<Path> files = Files.list(SCENARIOS)) {
      Set<String> told =
          files
              .map(file -> SCENARIO.matcher(file.getFileName().toString()))
              .filter(Matcher::matches)
              .map(name -> name.group(1))
              .collect(Collectors.toSet());
      assertThat(told).containsAll(all(List.of(cases("l", 1, 11))));
    }
  }

  /** The numbers in front of the names of all tests that are run, in that package and below. */
  private static Set<String> tested(String inPackage) {
    Path root = root();
    try (Stream<Path> files = Files.walk(root.resolve(inPackage.replace('.', '/')))) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.endsWith("Test.class") || name.endsWith("IT.class"))
          .map(name -> load(name.replace('/', '.').replaceFirst("\\.class$", "")))
          .filter(type -> !type.isAnnotationPresent(Disabled.class))
          .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
          .filter(EveryCaseTest::runs)
          .flatMap(method -> numbers(method.getName()))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Path root() {
    try {
      return Path.of(
          EveryCaseTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, EveryCaseTest.class.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static boolean runs(Method method) {
    return (method.isAnnotationPresent(Test.class)
            || method.isAnnotationPresent(ParameterizedTest.class))
        && !method.isAnnotationPresent(Disabled.class);
  }

  private static Stream<String> numbers(String test) {
    Matcher numbers = NUMBERS.matcher(test);
    return numbers.lookingAt() ? Arrays.stream(numbers.group().split("_")) : Stream.empty();
  }
}
