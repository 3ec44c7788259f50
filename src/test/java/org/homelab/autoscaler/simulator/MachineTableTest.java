package org.homelab.autoscaler.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.homelab.autoscaler.simulator.Change.Action;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MachineTableTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

  private final AdjustableClock clock = new AdjustableClock();
  private final MachineTable table = new MachineTable(clock);

  private static final class AdjustableClock extends Clock {
    private Instant now = NOON;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void fleet() {
    machine("ember", "edge", "pi-ember", "off", "");
    machine("atlas", "compute", "atlas", "on", status("on", "ready", "NodeReady"));
    machine("draco", "compute", "draco", "on", status("", "startingup", "Booting"));
    clock.now = NOON.plusSeconds(42);
    machine(
        "boreas",
        "compute",
        "boreas",
        "off",
        status("on", "shuttingdown", "Draining") + ",\"failure\":{\"count\":1}");
    pod("web-1", "atlas", "Running");
    pod("web-2", "atlas", "Running");
    pod("build-1", "", "Pending");
    pod("build-2", "boreas", "Succeeded");
  }

  @Test
  void tellsEveryMachineInALine() {
    assertThat(table.render(false))
        .isEqualTo(
            """
             MACHINE   GROUP    DESIRED  POWER    PROGRESS      NODE       PODS  REASON              SINCE
             atlas     compute  on       on       ready         atlas         2  NodeReady             42s
             boreas    compute  off      on       shuttingdown  boreas        -  Draining               0s
             draco     compute  on       unknown  startingup    draco         -  Booting               42s
             ember     edge     off      unknown  -             pi-ember      -  -                     42s
             1 pods wait for a machine
            """);
  }

  @Test
  void coloursWholeLinesAndNothingElse() {
    String coloured = table.render(true);
    assertThat(coloured.replaceAll("\u001b\\[[0-9]+m", "")).isEqualTo(table.render(false));
    assertThat(coloured.lines().toList())
        .hasSize(6)
        .allMatch(line -> line.startsWith("\u001b[") && line.endsWith("\u001b[0m"));
    assertThat(coloured.lines().toList().get(1)).as("ready is green").startsWith("\u001b[32m");
    assertThat(coloured.lines().toList().get(2)).as("failed is red").startsWith("\u001b[31m");
    assertThat(coloured.lines().toList().get(3))
        .as("on its way is yellow")
        .startsWith("\u001b[33m");
  }

  @Test
  void countsOnWhileNothingThatIsShownChanges() {
    machine(
        "atlas", "compute", "atlas", "on", status("on", "ready", "NodeReady") + ",\"attempts\":2");
    assertThat(table.render(false)).containsPattern("atlas .* 42s");
    machine("atlas", "compute", "atlas", "on", status("on", "ready", "NodeNotReady"));
    assertThat(table.render(false)).containsPattern("atlas .* 0s");
    clock.now = clock.now.plus(Duration.ofSeconds(125));
    assertThat(table.render(false)).containsPattern("atlas .* 2m5s");
  }

  @Test
  void saysTheSameInOneLineThatDoesNotTick() {
    String line = table.summary();
    assertThat(line)
        .isEqualTo(
            "ready: atlas(2) | startingup: draco | shuttingdown: boreas | -: ember | 1 pods wait");
    clock.now = clock.now.plusSeconds(60);
    assertThat(table.summary()).isEqualTo(line);
  }

  private static String status(String power, String progress, String reason) {
    return "\"powerState\":\"%s\",\"progress\":\"%s\",\"reason\":\"%s\""
        .formatted(power, progress, reason);
  }

  private void machine(String name, String group, String node, String desired, String status) {
    JsonNode machine =
        Json.tree(
            """
            {"metadata":{"name":"%s","namespace":"lab","labels":{"group":"%s"}},
             "spec":{"kubernetesNodeName":"%s","powerState":"%s"},"status":{%s}}"""
                .formatted(name, group, node, desired, status));
    table.changed(new Change(1, Action.MODIFIED, Change.MACHINES, machine, machine));
  }

  private void pod(String name, String node, String phase) {
    JsonNode pod =
        Json.tree(
            """
            {"metadata":{"name":"%s","namespace":"default"},"spec":{"nodeName":"%s"},
             "status":{"phase":"%s"}}"""
                .formatted(name, node, phase));
    table.changed(new Change(1, Action.ADDED, Change.PODS, pod, pod));
  }
}
