package org.homelab.autoscaler.certificates;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A certificate with its key, and how both are written: PEM, keys as PKCS#8. */
record KeyedCertificate(X509Certificate certificate, PrivateKey key) {
  private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
  private static final String END_KEY = "-----END PRIVATE KEY-----";
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  /** What these texts say; empty if they are no certificate with its key. */
  static Optional<KeyedCertificate> read(String certificate, String key) {
    List<X509Certificate> chain = readAll(certificate);
    if (chain.isEmpty() || !key.contains(BEGIN_KEY) || !key.contains(END_KEY)) {
      return Optional.empty();
    }
    String body = key.substring(key.indexOf(BEGIN_KEY) + BEGIN_KEY.length(), key.indexOf(END_KEY));
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(body);
      PrivateKey read =
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
      return Optional.of(new KeyedCertificate(chain.get(0), read));
    } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** All certificates of a PEM text; none if it is not one. */
  static List<X509Certificate> readAll(String pem) {
    var stream = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    try {
      return CertificateFactory.getInstance("X.509").generateCertificates(stream).stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (GeneralSecurityException unreadable) {
      return List.of();
    }
  }

  static String pem(List<X509Certificate> certificates) {
    return certificates.stream().map(KeyedCertificate::pem).collect(Collectors.joining());
  }

  private static String pem(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + LINES.encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  String certificatePem() {
    return pem(certificate);
  }

  String keyPem() {
    return BEGIN_KEY + "\n" + LINES.encodeToString(key.getEncoded()) + "\n" + END_KEY + "\n";
  }

  Duration left(Instant now) {
    return Duration.between(now, certificate.getNotAfter().toInstant());
  }

  Duration age(Instant now) {
    return Duration.between(certificate.getNotBefore().toInstant(), now);
  }

  boolean signedBy(X509Certificate authority) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  /** The DNS names it is good for, sorted. */
  List<String> names() {
    try {
      return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
          .flatMap(names -> names.stream())
          .flatMap(name -> Stream.of(name.get(1).toString()))
          .collect(Collectors.toCollection(TreeSet::new))
          .stream()
          .toList();
    } catch (GeneralSecurityException unreadable) {
      return List.of();
    }
  }
}
