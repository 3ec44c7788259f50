package org.homelab.autoscaler.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TopTableTest {
  private static final Instant NOW = Instant.parse("2026-12-01T08:00:00Z");
  private final ObjectMapper json = new ObjectMapper();
  private final TopTable table = new TopTable();

  private void hear(String event, String data) throws Exception {
    table.hear(event, json.readTree(data.replace('\'', '"')));
  }

  @Test
  void theTableFollowsTheStream() throws Exception {
    assertThat(table.render(NOW)).contains("connecting");

    hear(
        "rack",
        "{'head': {'mode': 'cluster', 'waiting': {'count': 2}}, 'groups': [], 'machines': ["
            + "{'key': 'lab/boreas', 'group': 'rack', 'name': 'boreas', 'state': 'booting',"
            + " 'since': '2026-12-01T07:59:20Z', 'load': {'pods': 0, 'cpuRoom': 0}, 'next':"
            + " {'what': 'counts as failed if it is not Ready by', 'at': '2026-12-01T08:07:00Z'}},"
            + "{'key': 'lab/atlas', 'group': 'rack', 'name': 'atlas', 'state': 'ready', 'why': 'It"
            + " is on.', 'watts': 41.6, 'load': {'pods': 3, 'cpu': 1000, 'cpuRoom': 4000}}]}");
    hear("beat", "{}");

    assertThat(table.render(NOW))
        .isEqualToNormalizingNewlines(
            """
            cluster, 1 of 2 machines ready, 2 pods wait, 42 W
            GROUP      MACHINE          STATE              FOR      PODS       CPU  WHY / NEXT
            rack       atlas            ready                -         3      25 %  It is on.
            rack       boreas           booting            40s         -         -  counts as failed if it is not Ready by 2026-12-01T08:07:00Z
            """);

    hear(
        "change",
        "{'head': {'mode': 'cluster', 'waiting': {'count': 0}}, 'groups': [], 'machines': [],"
            + " 'groupsGone': [], 'machinesGone': ['lab/atlas']}");

    assertThat(table.render(NOW)).startsWith("cluster, 0 of 1").doesNotContain("atlas");
  }
}
