package org.homelab.autoscaler.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** What the stream has told so far, as a table for a terminal. */
final class TopTable {
  private static final String LINE = "%-10s %-16s %-13s %8s %9s %9s  %s%n";
  private static final int WIDEST_WHY = 60;

  private final Map<String, JsonNode> machines = new TreeMap<>();
  private final Map<String, JsonNode> groups = new TreeMap<>();
  private JsonNode head;

  /** Takes in one event. */
  void hear(String event, JsonNode data) {
    switch (event) {
      case "rack" -> {
        machines.clear();
        groups.clear();
        take(data);
      }
      case "change" -> {
        take(data);
        data.path("machinesGone").forEach(key -> machines.remove(key.asText()));
        data.path("groupsGone").forEach(id -> groups.remove(id.asText()));
      }
      default -> {
        // A beat says only that somebody is there.
      }
    }
  }

  private void take(JsonNode data) {
    head = data.path("head");
    data.path("groups").forEach(group -> groups.put(group.path("id").asText(), group));
    data.path("machines").forEach(machine -> machines.put(machine.path("key").asText(), machine));
  }

  /** The table at that time. */
  String render(Instant now) {
    if (head == null) {
      return "connecting...\n";
    }
    var table = new StringBuilder();
    long ready = count("ready");
    table.append(
        "%s, %d of %d machines ready, %d pods wait%s%n"
            .formatted(
                head.path("mode").asText(),
                ready,
                machines.size(),
                head.path("waiting").path("count").asInt(),
                watts()));
    table.append(LINE.formatted("GROUP", "MACHINE", "STATE", "FOR", "PODS", "CPU", "WHY / NEXT"));
    machines.values().stream()
        .sorted(Comparator.comparing((JsonNode machine) -> machine.path("group").asText("~")))
        .forEach(machine -> table.append(row(machine, now)));
    return table.toString();
  }

  private long count(String state) {
    return machines.values().stream()
        .filter(machine -> machine.path("state").asText().equals(state))
        .count();
  }

  private String watts() {
    double sum =
        machines.values().stream().mapToDouble(machine -> machine.path("watts").asDouble()).sum();
    return sum == 0 ? "" : ", %.0f W".formatted(sum);
  }

  private static String row(JsonNode machine, Instant now) {
    JsonNode load = machine.path("load");
    long room = load.path("cpuRoom").asLong();
    return LINE.formatted(
        machine.path("group").asText("-"),
        machine.path("name").asText(),
        machine.path("state").asText(),
        age(machine, now),
        load.path("pods").asInt() == 0 ? "-" : load.path("pods").asText(),
        room == 0 ? "-" : 100 * load.path("cpu").asLong() / room + " %",
        why(machine));
  }

  private static String age(JsonNode machine, Instant now) {
    if (!machine.has("since")) {
      return "-";
    }
    Duration age = Duration.between(Instant.parse(machine.path("since").asText()), now);
    long seconds = Math.max(0, age.toSeconds());
    return seconds < 120
        ? seconds + "s"
        : seconds < 7200 ? seconds / 60 + "m" : seconds / 3600 + "h";
  }

  private static String why(JsonNode machine) {
    String next =
        machine.has("next")
            ? machine.path("next").path("what").asText()
                + " "
                + machine.path("next").path("at").asText()
            : machine.path("why").asText();
    return next.length() > WIDEST_WHY ? next.substring(0, WIDEST_WHY) : next;
  }
}
