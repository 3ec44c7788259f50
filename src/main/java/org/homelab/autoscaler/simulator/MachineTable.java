package org.homelab.autoscaler.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What every machine does, as a small table or as one line. Kept current by the API's writes. */
final class MachineTable {
  private static final String FORMAT = " %-9s %-8s %-8s %-8s %-13s %-10s %4s  %-18s %6s";
  private static final String HEAD =
      FORMAT.formatted(
          "MACHINE", "GROUP", "DESIRED", "POWER", "PROGRESS", "NODE", "PODS", "REASON", "SINCE");

  private final Clock clock;
  private final Map<String, Row> rows = new TreeMap<>();
  private final Map<String, Optional<String>> pods = new HashMap<>();

  private record Row(
      String name,
      String group,
      String desired,
      String power,
      String progress,
      String node,
      String reason,
      boolean failed,
      Instant since) {

    static Row of(JsonNode machine, Instant now) {
      return new Row(
          machine.at("/metadata/name").asText(),
          machine.at("/metadata/labels/group").asText(),
          machine.at("/spec/powerState").asText(),
          or(machine.at("/status/powerState").asText(), "unknown"),
          or(machine.at("/status/progress").asText(), "-"),
          machine.at("/spec/kubernetesNodeName").asText(),
          or(machine.at("/status/reason").asText(), "-"),
          !machine.at("/status/failure").isMissingNode(),
          now);
    }

    /** Counts on from before, where nothing that is shown has changed. */
    Row after(Row before) {
      Row same = since(before.since());
      return same.equals(before) ? before : this;
    }

    Row since(Instant since) {
      return new Row(name, group, desired, power, progress, node, reason, failed, since);
    }

    private static String or(String text, String fallback) {
      return text.isEmpty() ? fallback : text;
    }
  }

  MachineTable(Clock clock) {
    this.clock = clock;
  }

  synchronized void changed(Change change) {
    if (change.of(Change.MACHINES)) {
      if (change.deleted()) {
        rows.remove(change.name());
      } else {
        Row row = Row.of(change.object(), clock.instant());
        rows.merge(change.name(), row, (before, now) -> now.after(before));
      }
    } else if (change.of(Change.PODS)) {
      pod(change);
    }
  }

  private void pod(Change change) {
    String key = change.namespace() + "/" + change.name();
    String phase = change.object().at("/status/phase").asText();
    if (change.deleted() || phase.equals("Succeeded") || phase.equals("Failed")) {
      pods.remove(key);
    } else {
      String node = change.object().at("/spec/nodeName").asText();
      pods.put(key, Optional.of(node).filter(name -> !name.isEmpty()));
    }
  }

  /** The table with its head, each line ended, in colours or without. */
  synchronized String render(boolean colours) {
    var table = new StringBuilder();
    line(table, colours, Colour.BOLD, HEAD);
    for (Row row : rows.values()) {
      line(
          table,
          colours,
          colour(row),
          FORMAT.formatted(
              row.name(),
              row.group(),
              row.desired(),
              row.power(),
              row.progress(),
              row.node(),
              podsOn(row.node()),
              row.reason(),
              age(row.since())));
    }
    line(table, colours, Colour.DIM, " " + waiting() + " pods wait for a machine");
    return table.toString();
  }

  /** The same in one line, without times, so that it changes only when something happens. */
  synchronized String summary() {
    Map<String, List<String>> byProgress =
        rows.values().stream()
            .collect(
                Collectors.groupingBy(
                    Row::progress,
                    LinkedHashMap::new,
                    Collectors.mapping(this::brief, Collectors.toList())));
    String machines =
        List.of("ready", "startingup", "shuttingdown", "shutdown", "-").stream()
            .filter(byProgress::containsKey)
            .map(progress -> progress + ": " + String.join(" ", byProgress.get(progress)))
            .collect(Collectors.joining(" | "));
    return machines + " | " + waiting() + " pods wait";
  }

  private String brief(Row row) {
    String onIt = podsOn(row.node());
    return onIt.equals("-") ? row.name() : row.name() + "(" + onIt + ")";
  }

  private String podsOn(String node) {
    long count = pods.values().stream().filter(on -> on.filter(node::equals).isPresent()).count();
    return count == 0 ? "-" : String.valueOf(count);
  }

  private long waiting() {
    return pods.values().stream().filter(Optional::isEmpty).count();
  }

  private String age(Instant since) {
    long seconds = Math.max(0, Duration.between(since, clock.instant()).toSeconds());
    return seconds < 120 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
  }

  private static Colour colour(Row row) {
    if (row.failed()) {
      return Colour.RED;
    }
    return switch (row.progress()) {
      case "ready" -> Colour.GREEN;
      case "startingup", "shuttingdown" -> Colour.YELLOW;
      default -> Colour.DIM;
    };
  }

  private static void line(StringBuilder table, boolean colours, Colour colour, String text) {
    table.append(colours ? colour.of(text.stripTrailing()) : text.stripTrailing()).append('\n');
  }

  private enum Colour {
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33");

    private final String code;

    Colour(String code) {
      this.code = code;
    }

    String of(String text) {
      return "\u001b[" + code + "m" + text + "\u001b[0m";
    }
  }
}
