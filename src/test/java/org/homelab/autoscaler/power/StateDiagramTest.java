package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The picture of the state machine shows the transitions that the code makes, all and no others.
 */
class StateDiagramTest {
  private static final Path SOURCE =
      Path.of("src/main/java/org/homelab/autoscaler/power/state-machine.dot");
  private static final Path PICTURE = Path.of("docs/state-machine.svg");
  private static final Path DECISIONS = Path.of("src/test/resources/power/decisions.txt");
  private static final Path DOCUMENT = Path.of("docs/states.md");
  private static final Pattern ARROW =
      Pattern.compile("\"([a-z ]+)\" -> \"([a-z ]+)\" \\[label=\"(\\w+)");
  private static final Pattern STANDING = Pattern.compile("standing: ([a-z ]+)");
  private static final Pattern STEP = Pattern.compile("=>\\s+(\\w+) \\w+ -> (\\w+)");
  private static final String BEGIN = "<!-- reasons: made from Reason.java -->";

  @Test
  void showsEveryTransitionAndNoOther() throws IOException {
    assertThat(drawn()).isEqualTo(made());
  }

  @Test
  void thePictureIsMadeFromItsSource() throws IOException, NoSuchAlgorithmException {
    String mark = "<!-- " + hash(Files.readString(SOURCE)) + " -->";
    assertThat(Files.readString(PICTURE))
        .as("render it with the command in the source, and append " + mark)
        .contains(mark);
  }

  @Test
  void theDocumentListsEveryReason() throws IOException {
    String text = Files.readString(DOCUMENT);
    String wanted = text.substring(0, text.indexOf(BEGIN)) + BEGIN + "\n" + reasons();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(DOCUMENT, wanted);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("refresh it with: mvn test -Dtest=StateDiagramTest -Ddocs.write=true")
        .isEqualTo(wanted);
  }

  private static String reasons() {
    var table = new StringBuilder("\n| reason | meaning |\n|---|---|\n");
    for (Reason reason : Reason.values()) {
      table.append("| `").append(reason.code()).append("` | ").append(reason.sentence());
      table.append(" |\n");
    }
    return table.toString();
  }

  private static Set<String> drawn() throws IOException {
    var arrows = new TreeSet<String>();
    Matcher arrow = ARROW.matcher(Files.readString(SOURCE));
    while (arrow.find()) {
      arrows.add(arrow.group(1) + " " + arrow.group(3) + " " + arrow.group(2));
    }
    return arrows;
  }

  private static Set<String> made() throws IOException {
    var transitions = new TreeSet<String>();
    String standing = "";
    for (String line : Files.readAllLines(DECISIONS)) {
      Matcher state = STANDING.matcher(line);
      if (state.lookingAt()) {
        standing = state.group(1).strip();
      }
      Matcher step = STEP.matcher(line);
      if (step.find()) {
        transitions.add(standing + " " + step.group(1) + " " + state(step.group(2)));
      }
    }
    return transitions;
  }

  private static String state(String word) {
    return switch (word) {
      case "startingup" -> "starting up";
      case "draining", "poweringoff" -> "shutting down";
      default -> word;
    };
  }

  private static String hash(String text) throws NoSuchAlgorithmException {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest).substring(0, 16);
  }
}
