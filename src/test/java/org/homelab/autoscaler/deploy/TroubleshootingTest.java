package org.homelab.autoscaler.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.homelab.autoscaler.power.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever reason a person meets, the docs and the kubectl plugin know a way out. */
class TroubleshootingTest {
  private static final Path PLUGIN = Path.of("bin", "kubectl-homelab");
  private static final String BEGIN = "  # reasons: made from docs/troubleshooting.md\n";
  private static final String END = "  # end of reasons\n";
  private static final String REFRESH =
      "refresh it with: mvn test -Dtest=TroubleshootingTest -Ddocs.write=true";

  @Test
  void theDocumentHasEveryReasonAsTheEnumTellsIt() throws IOException {
    String wanted = Remedies.read().document();
    write(Remedies.DOCUMENT, wanted);
    assertThat(Files.readString(Remedies.DOCUMENT)).as(REFRESH).isEqualTo(wanted);
  }

  @ParameterizedTest
  @EnumSource
  void everyReasonHasAWayOut(Reason reason) throws IOException {
    assertThat(Remedies.read().of(reason))
        .as("write in %s what would change %s", Remedies.DOCUMENT, reason.code())
        .matches(".*[.?]");
  }

  @Test
  void thePluginKnowsWhatTheDocumentKnows() throws IOException {
    String plugin = Files.readString(PLUGIN);
    Remedies remedies = Remedies.read();
    String cases =
        Stream.of(Reason.values())
            .map(
                reason ->
                    "  %s) meaning=\"%s\" remedy=\"%s\" ;;\n"
                        .formatted(
                            reason.code(), quoted(reason.sentence()), quoted(remedies.of(reason))))
            .collect(Collectors.joining());
    String wanted =
        plugin.substring(0, plugin.indexOf(BEGIN))
            + BEGIN
            + cases
            + plugin.substring(plugin.indexOf(END));
    write(PLUGIN, wanted);
    assertThat(Files.readString(PLUGIN)).as(REFRESH).isEqualTo(wanted);
  }

  private static void write(Path file, String wanted) throws IOException {
    if (Boolean.getBoolean("docs.write") && !Files.readString(file).equals(wanted)) {
      Files.writeString(file, wanted);
    }
  }

  /** As text between double quotes of a shell, without the marks of Markdown. */
  private static String quoted(String markdown) {
    return markdown
        .replace("`", "")
        .replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("$", "\\$");
  }
}
