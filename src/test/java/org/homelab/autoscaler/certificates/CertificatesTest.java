package org.homelab.autoscaler.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Eleven years in the life of an installation's certificates. */
class CertificatesTest {
  private static final Instant START = Instant.parse("2026-03-01T03:17:00Z");
  private static final List<String> NAMES = List.of("us.lab.svc", "us");

  private Map<String, String> authority = new HashMap<>();
  private Map<String, String> server = new HashMap<>();
  private Map<String, String> client = new HashMap<>();

  private void night(Instant now) {
    var certificates = new Certificates(authority, now);
    authority = certificates.authority();
    server = certificates.server(server, NAMES);
    client = certificates.client(client, "cluster-autoscaler");
  }

  @Test
  void whatIsGoodIsLeftAlone() {
    night(START);
    Map<String, String> before = server;
    night(START.plus(Duration.ofDays(200)));
    assertThat(server).isEqualTo(before);
  }

  @Test
  void aCertificateIsRenewedWhenAThirdOfItsTimeIsLeft() {
    night(START);
    Map<String, String> before = client;
    night(START.plus(Duration.ofDays(250)));
    assertThat(client).isNotEqualTo(before);
    assertThat(certificate(client)).isNotEqualTo(certificate(before));
    assertThat(authority.get("ca.crt")).isEqualTo(before.get("ca.crt"));
  }

  @Test
  void anotherNameOfTheServiceMakesAnotherCertificate() {
    night(START);
    Map<String, String> renamed =
        new Certificates(authority, START).server(server, List.of("x-us.lab.svc"));
    assertThat(certificate(renamed)).isNotEqualTo(certificate(server));
  }

  @Test
  void whatCannotBeReadIsMadeAnew() {
    night(START);
    server = Map.of("tls.crt", "nonsense", "tls.key", "", "ca.crt", "");
    night(START);
    assertTrusted(server, client);
  }

  @Test
  void bothSidesAlwaysTrustWhatTheOtherShowedTheNightBefore() {
    night(START);
    var authorities = new HashMap<X509Certificate, Integer>();
    // Night by night around the day on which the authority is replaced, else faster.
    for (int day = 1; day < 365 * 11; day += day > 2900 && day < 2960 ? 1 : 20) {
      Map<String, String> serverOfYesterday = server;
      Map<String, String> clientOfYesterday = client;
      Instant now = START.plus(Duration.ofDays(day));
      night(now);
      assertTrusted(server, clientOfYesterday);
      assertTrusted(serverOfYesterday, client);
      assertTrusted(server, client);
      assertThat(certificate(server).getNotAfter()).isAfter(now.plus(Duration.ofDays(2)));
      assertThat(certificate(client).getNotAfter()).isAfter(now.plus(Duration.ofDays(2)));
      authorities.merge(certificate(authority), 1, Integer::sum);
    }
    assertThat(authorities).hasSize(2);
  }

  private static void assertTrusted(Map<String, String> one, Map<String, String> other) {
    assertThat(trusts(one, other)).isTrue();
    assertThat(trusts(other, one)).isTrue();
  }

  private static boolean trusts(Map<String, String> who, Map<String, String> whom) {
    KeyedCertificate shown =
        KeyedCertificate.read(whom.get("tls.crt"), whom.get("tls.key")).orElseThrow();
    return KeyedCertificate.readAll(who.get("ca.crt")).stream().anyMatch(shown::signedBy);
  }

  private static X509Certificate certificate(Map<String, String> data) {
    return KeyedCertificate.read(data.get("tls.crt"), data.get("tls.key"))
        .orElseThrow()
        .certificate();
  }
}
