package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.homelab.autoscaler.api.GroupSpec;
import org.homelab.autoscaler.fleet.HealthCheck;
import org.homelab.autoscaler.fleet.Probe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckReaderTest {
  @Test
  void readsAllOfIt() {
    HealthCheck check =
        read(
            """
            schedule: "*/5 * * * *"
            timeZone: Europe/Berlin
            probes:
              - tcp: { port: 22 }
              - http: { url: "https://{machine}-bmc/", expectedStatus: 401, insecureSkipVerify: true }
              - ping: {}
              - route: { id: my-plug }
            failureThreshold: 5
            successThreshold: 2
            timeout: 4s
            """);
    assertThat(check.invalid()).isEmpty();
    assertThat(check.schedule())
        .contains(new HealthCheck.Schedule("*/5 * * * *", ZoneId.of("Europe/Berlin")));
    assertThat(check.probes())
        .isEqualTo(
            List.of(
                new Probe.Tcp("{node}", 22),
                new Probe.Http(
                    "https://{machine}-bmc/", OptionalInt.of(401), true, Optional.empty()),
                new Probe.Ping("{node}"),
                new Probe.Route("my-plug")));
    assertThat(check.failures()).isEqualTo(5);
    assertThat(check.successes()).isEqualTo(2);
    assertThat(check.patience()).isEqualTo(Duration.ofSeconds(4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schedule: often | spec.healthCheck.schedule: schedule 'often' is no cron expression",
        "schedule: 0 0 0 1 1 ? 2020 | spec.healthCheck.schedule: schedule '0 0 0 1 1 ? 2020' never",
        "{ schedule: '* * * * *', timeZone: Mars } | spec.healthCheck.timeZone: write a zone such as",
        "failureThreshold: 0 | spec.healthCheck.failureThreshold: write a number of at least 1",
        "timeout: soon | spec.healthCheck.timeout:",
        "probes: [ {} ] | spec.healthCheck.probes[0]: write exactly one of",
        "probes: [ { ping: {}, tcp: { port: 1 } } ] | spec.healthCheck.probes[0]: write exactly one",
        "probes: [ { tcp: { port: 70000 } } ] | spec.healthCheck.probes[0].tcp.port: write a port",
        "probes: [ { http: { url: nowhere } } ] | spec.healthCheck.probes[0].http.url: write a URL",
      })
  void whatCannotBeReadIsLeftOutAndSaid(String yaml, String message) {
    HealthCheck check = read(yaml);
    assertThat(check.invalid().orElseThrow()).contains(message);
    assertThat(check.schedule()).isEmpty();
    assertThat(check.probes()).isEmpty();
  }

  @Test
  void aBadProbeKeepsNoOtherFromBeingAsked() {
    assertThat(read("probes: [ { tcp: {} }, { ping: {} } ]").probes())
        .containsExactly(new Probe.Ping("{node}"));
  }

  private static HealthCheck read(String yaml) {
    String spec =
        yaml.lines().map(line -> "  " + line + "\n").reduce("healthCheck:\n", String::concat);
    return HealthCheckReader.read(Yaml.read(GroupSpec.class, spec).healthCheck());
  }
}
