package org.homelab.autoscaler.kubernetes;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.homelab.autoscaler.api.HealthCheck.Http;
import org.homelab.autoscaler.api.HealthCheck.Ping;
import org.homelab.autoscaler.api.HealthCheck.Route;
import org.homelab.autoscaler.api.HealthCheck.Tcp;
import org.homelab.autoscaler.camel.Cron;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.HealthCheck;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.homelab.autoscaler.fleet.Probe;

/**
 * Translates a healthCheck. What cannot be read of it is left out and said; it keeps nobody from
 * switching the machine.
 */
final class HealthCheckReader {
  private static final String FIELD = "spec.healthCheck";
  private static final String NODE = "{node}";

  private final Problems problems = new Problems();

  private HealthCheckReader() {}

  static HealthCheck read(org.homelab.autoscaler.api.HealthCheck check) {
    return check == null ? HealthCheck.NONE : new HealthCheckReader().translate(check);
  }

  private HealthCheck translate(org.homelab.autoscaler.api.HealthCheck check) {
    Optional<Schedule> schedule = schedule(check);
    List<Probe> probes = probes(check.probes());
    OptionalInt failures = threshold("failureThreshold", check.failureThreshold());
    OptionalInt successes = threshold("successThreshold", check.successThreshold());
    Optional<Duration> timeout =
        problems.read(FIELD + ".timeout", check.timeout(), Durations::parse);
    return new HealthCheck(schedule, probes, failures, successes, timeout, problems.summary());
  }

  private Optional<Schedule> schedule(org.homelab.autoscaler.api.HealthCheck check) {
    Optional<ZoneId> zone =
        check.timeZone() == null
            ? Optional.of(ZoneOffset.UTC)
            : problems.read(FIELD + ".timeZone", check.timeZone(), HealthCheckReader::zone);
    return zone.flatMap(
        there ->
            problems.read(
                FIELD + ".schedule",
                check.schedule(),
                cron -> Cron.check(new Schedule(cron, there), Instant.now())));
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name.strip());
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException(
          "write a zone such as Europe/Berlin or UTC, not \"" + name + "\"", unknown);
    }
  }

  private OptionalInt threshold(String field, Integer value) {
    if (value == null) {
      return OptionalInt.empty();
    }
    if (value < 1) {
      problems.add(FIELD + "." + field, "write a number of at least 1, not " + value);
      return OptionalInt.empty();
    }
    return OptionalInt.of(value);
  }

  private List<Probe> probes(List<org.homelab.autoscaler.api.HealthCheck.Probe> given) {
    List<Probe> probes = new ArrayList<>();
    int number = 0;
    for (var probe : Meta.orEmpty(given)) {
      String field = FIELD + ".probes[" + number++ + "]";
      List<Optional<Probe>> kinds =
          List.of(
              Optional.ofNullable(probe.tcp()).flatMap(tcp -> tcp(field, tcp)),
              Optional.ofNullable(probe.http()).flatMap(http -> http(field, http)),
              Optional.ofNullable(probe.ping()).map(HealthCheckReader::ping),
              Optional.ofNullable(probe.route()).flatMap(route -> route(field, route)));
      List<Probe> written = kinds.stream().flatMap(Optional::stream).toList();
      if (written.size() == 1) {
        probes.add(written.get(0));
      } else {
        problems.add(field, "write exactly one of tcp, http, ping and route, with its fields");
      }
    }
    return probes;
  }

  private Optional<Probe> tcp(String field, Tcp tcp) {
    if (tcp.port() == null || tcp.port() < 1 || tcp.port() > 65535) {
      problems.add(field + ".tcp.port", "write a port from 1 to 65535");
      return Optional.empty();
    }
    return Optional.of(new Probe.Tcp(host(tcp.host()), tcp.port()));
  }

  private Optional<Probe> http(String field, Http http) {
    return problems
        .read(field + ".http.url", Meta.text(http.url()), HealthCheckReader::url)
        .map(
            url ->
                new Probe.Http(
                    url,
                    http.expectedStatus() == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(http.expectedStatus()),
                    Boolean.TRUE.equals(http.insecureSkipVerify()),
                    Meta.present(http.caSecret())));
  }

  private static String url(String text) {
    String help = "write a URL such as http://10.0.0.7:9100/, not \"" + text + "\"";
    try {
      URI uri = URI.create(text.replace("{node}", "node").replace("{machine}", "machine"));
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null) {
        return text;
      }
    } catch (IllegalArgumentException none) {
      throw new IllegalArgumentException(help, none);
    }
    throw new IllegalArgumentException(help);
  }

  private static Probe ping(Ping ping) {
    return new Probe.Ping(host(ping.host()));
  }

  private Optional<Probe> route(String field, Route route) {
    Optional<String> id = Meta.present(route.id());
    if (id.isEmpty()) {
      problems.add(field + ".route.id", "write what stands behind direct: in your route");
    }
    return id.map(Probe.Route::new);
  }

  private static String host(String host) {
    return Meta.present(host).map(String::strip).orElse(NODE);
  }
}
