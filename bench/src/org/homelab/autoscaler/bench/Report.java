package org.homelab.autoscaler.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured, as a table to read and to paste. */
final class Report {
  private final List<String> lines = new ArrayList<>();

  void title(String text) {
    say("");
    say("## " + text);
    say("");
  }

  void header(String... columns) {
    say("| " + String.join(" | ", columns) + " |");
    say("|" + "---|".repeat(columns.length));
  }

  void row(Object... cells) {
    var row = new StringBuilder("|");
    for (Object cell : cells) {
      row.append(' ')
          .append(cell instanceof Double number ? String.format(Locale.ROOT, "%.2f", number) : cell)
          .append(" |");
    }
    say(row.toString());
  }

  void say(String line) {
    lines.add(line);
    System.out.println(line);
  }

  void save(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, lines);
  }
}
