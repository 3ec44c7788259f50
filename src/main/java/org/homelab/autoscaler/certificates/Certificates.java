package org.homelab.autoscaler.certificates;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the three Secrets of mutual TLS contain now, and what they are to contain. An authority is
 * replaced in two steps, so that at no time one side shows what the other does not trust: first
 * both learn to trust the new one, a day later they get certificates of it.
 */
final class Certificates {
  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";
  static final String TRUSTED = "ca.crt";

  /** An authority outlasts everything it signs. */
  private static final Duration AUTHORITY_RENEWED_BEFORE = Signer.LEAF_LIFE.multipliedBy(2);

  private static final Duration LEAF_RENEWED_BEFORE = Signer.LEAF_LIFE.dividedBy(3);
  private static final Duration TIME_TO_LEARN = Duration.ofDays(1);
  private static final Duration LAST_MOMENT = Duration.ofDays(3);

  private final Instant now;
  private final Signer signer;
  private final KeyedCertificate authority;
  private final List<X509Certificate> trusted;

  /** Continues with the authority in that Secret's data, or with a new one. */
  Certificates(Map<String, String> authorityData, Instant now) {
    this.now = now;
    this.signer = new Signer(now);
    Optional<KeyedCertificate> before = read(authorityData);
    this.authority =
        before
            .filter(known -> known.left(now).compareTo(AUTHORITY_RENEWED_BEFORE) > 0)
            .orElseGet(signer::authority);
    this.trusted =
        Stream.concat(
                Stream.of(authority.certificate()),
                KeyedCertificate.readAll(authorityData.getOrDefault(TRUSTED, "")).stream())
            .filter(certificate -> certificate.getNotAfter().toInstant().isAfter(now))
            .distinct()
            .toList();
  }

  Map<String, String> authority() {
    return data(authority);
  }

  /** What the server's Secret is to contain, for callers of any of these names. */
  Map<String, String> server(Map<String, String> before, List<String> names) {
    return data(
        kept(before)
            .filter(leaf -> leaf.names().equals(new TreeSet<>(names).stream().toList()))
            .orElseGet(() -> signer.server(authority, names)));
  }

  /** What the Secret of the caller is to contain. */
  Map<String, String> client(Map<String, String> before, String name) {
    return data(kept(before).orElseGet(() -> signer.client(authority, name)));
  }

  private Optional<KeyedCertificate> kept(Map<String, String> before) {
    return read(before)
        .filter(leaf -> trusted.stream().anyMatch(leaf::signedBy))
        .filter(leaf -> !isDue(leaf));
  }

  private boolean isDue(KeyedCertificate leaf) {
    boolean outlived = !leaf.signedBy(authority.certificate());
    boolean old = leaf.left(now).compareTo(LEAF_RENEWED_BEFORE) < 0;
    boolean learnt = authority.age(now).compareTo(TIME_TO_LEARN) > 0;
    boolean lastMoment = leaf.left(now).compareTo(LAST_MOMENT) < 0;
    return lastMoment || (outlived ? learnt : old);
  }

  private Map<String, String> data(KeyedCertificate keyed) {
    return Map.of(
        CERTIFICATE, keyed.certificatePem(),
        KEY, keyed.keyPem(),
        TRUSTED, KeyedCertificate.pem(trusted));
  }

  private static Optional<KeyedCertificate> read(Map<String, String> data) {
    return KeyedCertificate.read(data.getOrDefault(CERTIFICATE, ""), data.getOrDefault(KEY, ""));
  }
}
