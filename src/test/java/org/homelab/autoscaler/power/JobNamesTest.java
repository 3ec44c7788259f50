package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.homelab.autoscaler.fleet.OperationType;
import org.junit.jupiter.api.Test;

class JobNamesTest {
  private static final String LABEL_VALUE = "[a-z0-9]([-a-z0-9.]*[a-z0-9])?";

  private record Command(String machine, OperationType type, int attempt) {}

  @Test
  void aShortNameIsKept() {
    assertThat(JobNames.of("m1", OperationType.STARTUP, 3)).isEqualTo("m1-startup-3");
    assertThat(JobNames.of("m1", OperationType.SHUTDOWN, 4)).isEqualTo("m1-shutdown-4");
  }

  @Test
  void aLongNameIsItsBeginningAndAHash() {
    String name = "a-machine-with-a-name-that-nobody-wants-to-type.rack-17.cellar.example.org";
    assertThat(JobNames.of(name, OperationType.STARTUP, 12))
        .isEqualTo("a-machine-with-a-name-that-nobody-wants-to-d394b42c-startup-12");
  }

  @Test
  void noNameEndsItsBeginningWithADotOrDash() {
    assertThat(JobNames.shorten("rack.-.-.-.-.-.-.-.-", 18)).startsWith("rack-").hasSize(13);
  }

  @Property
  void everyNameFitsALabel(
      @ForAll("machines") String machine,
      @ForAll OperationType type,
      @ForAll @IntRange(min = 1) int attempt) {
    assertThat(JobNames.of(machine, type, attempt))
        .hasSizeLessThanOrEqualTo(63)
        .matches(LABEL_VALUE)
        .endsWith("-" + type.text() + "-" + attempt)
        .isEqualTo(JobNames.of(machine, type, attempt));
  }

  @Property(tries = 200)
  void differentCommandsHaveDifferentNames(@ForAll("commands") List<Command> commands) {
    Map<String, Command> byName = new HashMap<>();
    for (Command command : commands) {
      String name = JobNames.of(command.machine(), command.type(), command.attempt());
      Command other = byName.putIfAbsent(name, command);
      assertThat(other == null ? command : other).as(name).isEqualTo(command);
    }
  }

  @Provide
  Arbitrary<String> machines() {
    Arbitrary<String> names =
        Arbitraries.strings().withCharRange('a', 'c').withChars('-', '.', '1').ofMaxLength(251);
    return names.map(middle -> "m" + middle + "0");
  }

  /** Names that differ late, look like Job names or look like shortened ones. */
  @Provide
  Arbitrary<List<Command>> commands() {
    Arbitrary<String> near =
        Combinators.combine(
                Arbitraries.integers().between(30, 60), Arbitraries.integers().between(0, 99))
            .as((length, end) -> "m".repeat(length) + end);
    Arbitrary<String> nested =
        Combinators.combine(
                Arbitraries.of(OperationType.values()), Arbitraries.integers().between(1, 20))
            .as((type, attempt) -> JobNames.of("m".repeat(50), type, attempt));
    return Combinators.combine(
            Arbitraries.oneOf(machines(), near, nested),
            Arbitraries.of(OperationType.values()),
            Arbitraries.integers().between(1, 200))
        .as(Command::new)
        .list()
        .ofMaxSize(200);
  }
}
