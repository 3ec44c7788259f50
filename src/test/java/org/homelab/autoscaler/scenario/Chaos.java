package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.homelab.autoscaler.fleet.PowerJob;

/**
 * A whole fleet to which anything may happen, by chance and yet the same for the same seed: people,
 * the Cluster Autoscaler, hardware that lies and hangs, and an operator that dies.
 */
final class Chaos {
  private static final List<String> MACHINES = List.of("m1", "m2", "m3", "m4", "m5", "m6");
  private static final List<String> NATURES =
      List.of(
          "boots=30s",
          "boots=3m",
          "boots=never",
          "on-job=ok",
          "on-job=fails",
          "on-job=fails-but-acts",
          "on-job=lies",
          "on-job=hangs",
          "off-job=ok",
          "off-job=fails",
          "off-job=fails-but-acts",
          "off-job=needs-system",
          "off-job=lies",
          "off-job=hangs",
          "on-device=takes",
          "on-device=refuses",
          "on-device=acts-silently",
          "on-device=silent",
          "off-device=takes",
          "off-device=refuses",
          "off-device=needs-system",
          "off-device=acts-silently",
          "off-device=silent");
  private static final int EVENTS = 60;

  private final Random chance;
  private final Run run = new Run();
  private final List<String> story = new ArrayList<>();

  Chaos(long seed) {
    chance = new Random(seed);
  }

  /** Plays it; a breach of a safety rule is an {@link AssertionError}. */
  void play() {
    happen("group rack max=3 at-once=2 spacing=10s startup=4m shutdown=2m drain-time=2m");
    happen("group shed drain=force drain-time=1m min-on=5m cool-down=3m");
    happen("group loft dry-run=true");
    for (String machine : MACHINES) {
      happen(
          "machines %s %s group=%s circuit=%s%s"
              .formatted(
                  machine,
                  any("off", "off", "new", "on"),
                  any("rack", "rack", "shed", "shed", "loft"),
                  any("garage", "cellar"),
                  any(
                      "",
                      "",
                      " device=bmc",
                      " device=bmc+fallback",
                      " device=wol+fallback",
                      " device=ipmi+fallback",
                      " device=ipmi+meter",
                      " device=wol+ipmi+fallback")));
    }
    for (int i = 0; i < EVENTS; i++) {
      run.until(run.lab().now().plus(Duration.ofSeconds(chance.nextInt(90))));
      happen(event());
    }
    run.until(run.lab().now().plus(Duration.ofHours(1)));
  }

  /** Looks at a machine that led to a decision. */
  long looks() {
    return run.operator().looks();
  }

  /** Times that the operator died. */
  long crashes() {
    return run.operator().crashes();
  }

  List<String> breaches() {
    return run.lab().watchman().breaches();
  }

  String story() {
    return String.join("\n", story) + "\n" + run.operator().tail();
  }

  private String any(String... words) {
    return words[chance.nextInt(words.length)];
  }

  private void happen(String line) {
    story.add(Script.time(run.lab().now()) + " " + line);
    if (line.equals("crash")) {
      run.operator().crashAt(run.operator().writes() + 1 + chance.nextInt(4));
    } else {
      run.take(List.of(line.split(" ")));
      run.operator().work();
    }
  }

  /** No scheduler puts a pod on a machine that is cordoned or not Ready. */
  private boolean takesPods(String machine) {
    return run.lab()
        .node(machine)
        .filter(node -> node.ready() && !node.unschedulable())
        .isPresent();
  }

  /** {@code m1-startup}, if there is a Job that may be abandoned. */
  private Optional<String> someJob() {
    return run.lab().jobs().values().stream()
        .filter(job -> job.state() == PowerJob.State.RUNNING)
        .map(job -> job.machine().name() + "-" + job.type().text())
        .findFirst();
  }

  private String event() {
    String m = MACHINES.get(chance.nextInt(MACHINES.size()));
    if (!run.lab().declared().containsKey(Builder.key(m))) {
      return "machines %s new group=%s circuit=garage".formatted(m, any("rack", "shed"));
    }
    String group = any("rack", "shed");
    return switch (chance.nextInt(25)) {
      case 0, 1, 2, 3 -> m + " wanted on";
      case 4, 5, 6 -> m + " wanted off";
      case 7 -> m + " switched " + any("on", "off");
      case 8 -> takesPods(m) ? "pod db on " + m + any("", " blocked") : "restart";
      case 9 -> takesPods(m) ? "pod web on " + m : "restart";
      case 10 -> "hold " + m;
      case 11 -> "unhold " + m;
      case 12 -> "maintain " + m;
      case 13 -> "unmaintain " + m;
      case 14 -> any("keep ", "unkeep ") + m;
      case 15 -> any("force ", "unforce ", "unforce ") + group;
      case 16 -> "release " + m;
      case 17 -> m + " rewired";
      case 18 -> m + " moves to " + any("rack", "shed", "loft", "attic");
      case 19 -> m + " deleted";
      case 20 -> "restart";
      case 21, 22 -> m + " " + NATURES.get(chance.nextInt(NATURES.size()));
      case 23 -> someJob().map(job -> "job " + job + " abandoned").orElse("restart");
      default -> "crash";
    };
  }
}
