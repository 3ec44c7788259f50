package org.homelab.autoscaler.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.homelab.autoscaler.testing.Proof.Tried;

/**
 * The account at the end of the build: what all suites have tried, in sum, and how often a safety
 * rule was broken. Fails where one was, and where a suite that was to run has told nothing.
 */
public final class ProofSummary {
  /** Any of these says that not all tests were to run. */
  private static final Set<String> CHOICES =
      Set.of("test", "it.test", "skipTests", "skipITs", "maven.test.skip", "groups");

  private final List<Class<?>> suites;
  private final Map<Class<?>, Map<Tried, Long>> totals;

  ProofSummary(Path folder, List<Class<?>> suites) {
    this.suites = suites;
    this.totals =
        suites.stream()
            .collect(
                Collectors.toMap(
                    suite -> suite, suite -> new Proof(folder, suite.getName()).total()));
  }

  /** Run by Maven, in its own process, when all tests are over. */
  public static void main(String[] arguments) throws IOException {
    boolean all = CHOICES.stream().allMatch(choice -> System.getProperty(choice) == null);
    boolean controlPlane = System.getenv("KUBEBUILDER_ASSETS") != null;
    var summary = new ProofSummary(Proof.FOLDER, suites(Path.of("target", "test-classes")));
    summary.text().ifPresent(System.out::println);
    List<String> wrong = summary.wrong(all, controlPlane);
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(String.join("; ", wrong));
    }
  }

  private static List<Class<?>> suites(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      List<Class<?>> found = new ArrayList<>();
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
        String name = classes.relativize(file).toString().replace(java.io.File.separatorChar, '.');
        if (!name.contains("$") && (name.endsWith("Test.class") || name.endsWith("IT.class"))) {
          found.add(type(name.substring(0, name.length() - ".class".length())));
        }
      }
      return found.stream().filter(type -> type.isAnnotationPresent(Proves.class)).toList();
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name, false, ProofSummary.class.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What has been tried; nothing where no suite ran. */
  Optional<String> text() {
    var sum = new EnumMap<Tried, Long>(Tried.class);
    totals.values().forEach(all -> all.forEach((what, times) -> sum.merge(what, times, Long::sum)));
    if (sum.isEmpty()) {
      return Optional.empty();
    }
    var text = new StringBuilder("\nProof: what was tried, and that it held\n");
    suites.stream()
        .filter(suite -> !totals.get(suite).isEmpty())
        .forEach(
            suite ->
                text.append(
                        "  %-24s %s%n".formatted(suite.getSimpleName(), words(totals.get(suite))))
                    .append(
                        "  %24s %s%n".formatted("", suite.getAnnotation(Proves.class).value())));
    text.append(
        "  %-24s %s, violations = %d%n"
            .formatted("in all", words(sum), sum.getOrDefault(Tried.VIOLATIONS, 0L)));
    return Optional.of(text.toString());
  }

  private static String words(Map<Tried, Long> tried) {
    return tried.entrySet().stream()
        .filter(entry -> entry.getKey() != Tried.VIOLATIONS)
        .map(entry -> "%,d %s".formatted(entry.getValue(), entry.getKey().word()))
        .collect(Collectors.joining(", "));
  }

  /**
   * What must fail the build.
   *
   * @param all whether all tests were to run
   * @param controlPlane whether those that need a real control plane were to
   */
  List<String> wrong(boolean all, boolean controlPlane) {
    List<String> wrong = new ArrayList<>();
    for (Class<?> suite : suites) {
      Map<Tried, Long> tried = totals.get(suite);
      long broken = tried.getOrDefault(Tried.VIOLATIONS, 0L);
      boolean ran = tried.containsKey(Tried.TESTS);
      boolean told =
          tried.keySet().stream().anyMatch(what -> what != Tried.TESTS && what != Tried.VIOLATIONS);
      boolean due = all && (controlPlane || !suite.isAnnotationPresent(NeedsControlPlane.class));
      if (broken > 0) {
        wrong.add(suite.getSimpleName() + ": violations = " + broken);
      } else if (ran && !told) {
        wrong.add(suite.getSimpleName() + " ran and did not tell what it tried");
      } else if (due && !ran) {
        wrong.add(suite.getSimpleName() + " was to run and did not");
      }
    }
    return wrong;
  }
}
