package org.homelab.autoscaler.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.homelab.autoscaler.power.Reason;

/** What docs/troubleshooting.md knows of each reason; the last column is written by hand there. */
final class Remedies {
  static final Path DOCUMENT = Path.of("docs", "troubleshooting.md");

  private static final String BEGIN =
      "| reason | meaning | what would change it |\n|---|---|---|\n";
  private static final String END = "\n<!-- end of reasons -->";
  private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (.*?) \\| (.*) \\|");

  private final String text;
  private final Map<Reason, String> known = new EnumMap<>(Reason.class);

  private Remedies(String text) {
    this.text = text;
    Matcher row = ROW.matcher(text);
    while (row.find()) {
      for (Reason reason : Reason.values()) {
        if (reason.code().equals(row.group(1))) {
          known.put(reason, row.group(3));
        }
      }
    }
  }

  static Remedies read() throws IOException {
    return new Remedies(Files.readString(DOCUMENT));
  }

  /** What would change it; empty where nobody has written it yet. */
  String of(Reason reason) {
    return known.getOrDefault(reason, "");
  }

  /** The whole document as it is to be. */
  String document() {
    var rows = new StringBuilder();
    for (Reason reason : Reason.values()) {
      rows.append("| `%s` | %s | %s |\n".formatted(reason.code(), reason.sentence(), of(reason)));
    }
    return text.substring(0, text.indexOf(BEGIN))
        + BEGIN
        + rows
        + text.substring(text.indexOf(END));
  }
}
