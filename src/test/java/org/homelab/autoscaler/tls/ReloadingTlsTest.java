package org.homelab.autoscaler.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.homelab.autoscaler.camel.LogLines;
import org.homelab.autoscaler.testing.Authority;
import org.homelab.autoscaler.testing.MountedSecret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReloadingTlsTest {
  private static final String HOST = "homelab-autoscaler.lab.svc";

  @TempDir Path folder;
  private final Authority authority = Authority.create("lab");
  private final Authority.Issued first = authority.issue(HOST);
  private MountedSecret secret;
  private TlsFiles files;

  @BeforeEach
  void mount() {
    secret = new MountedSecret(folder).show(first, authority.pem());
    files = new TlsFiles(secret.certificate(), secret.key(), secret.clientAuthority());
  }

  @ParameterizedTest
  @EnumSource
  void keysOfBothKindsAreRead(Authority.Algorithm algorithm) throws UnusableTls {
    Authority.Issued own = authority.issue(HOST, Instant.now(), Duration.ofHours(5), algorithm);
    secret.show(own, authority.pem());
    assertThat(TlsMaterial.read(files).key()).isEqualTo(own.key());
    assertThat(ReloadingTls.of(files).expiry())
        .isEqualTo(own.certificate().getNotAfter().toInstant());
  }

  @Test
  void aKeyInAnOlderFormIsRefusedWithTheCommandThatTurnsIt() throws IOException {
    byte[] pkcs1 =
        PrivateKeyInfo.getInstance(first.key().getEncoded())
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded();
    for (String title : new String[] {"RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
      Files.writeString(secret.key(), Authority.pem(title, pkcs1));
      assertUnusable(
          TlsFiles.Role.KEY,
          secret.key()
              + " is PKCS#1 or SEC 1 and must be PKCS#8: openssl pkcs8 -topk8 -nocrypt -in");
    }
  }

  @Test
  void whatCannotBeUsedIsNamed() throws IOException {
    Files.writeString(secret.key(), Authority.pem("ENCRYPTED PRIVATE KEY", new byte[40]));
    assertUnusable(TlsFiles.Role.KEY, "is encrypted: openssl pkcs8 -in " + secret.key());
    Files.writeString(secret.key(), Authority.pem("PRIVATE KEY", new byte[40]));
    assertUnusable(TlsFiles.Role.KEY, "holds no RSA or EC key that can be read");
    Files.writeString(secret.key(), first.pem());
    assertUnusable(TlsFiles.Role.KEY, "holds no private key (-----BEGIN PRIVATE KEY-----)");
    Files.writeString(secret.key(), authority.issue(HOST).keyPem());
    assertUnusable(
        TlsFiles.Role.KEY, "is not the key of the certificate in " + secret.certificate());
    Files.writeString(secret.clientAuthority(), "");
    assertUnusable(TlsFiles.Role.CLIENT_AUTHORITY, "holds no certificate");
    Files.writeString(secret.certificate(), Authority.pem("CERTIFICATE", new byte[40]));
    assertUnusable(TlsFiles.Role.CERTIFICATE, "holds no certificate that can be read");
    Files.delete(secret.certificate());
    assertUnusable(TlsFiles.Role.CERTIFICATE, "cannot be read (NoSuchFileException)");
  }

  @Test
  void aSecretThatChangesIsFollowed() throws UnusableTls {
    ReloadingTls tls = ReloadingTls.of(files);
    assertThat(serial(tls)).isEqualTo(serial(first));
    Authority.Issued renewed = authority.issue(HOST);
    secret.show(renewed, Authority.create("another").pem());
    assertThat(serial(tls)).isEqualTo(serial(first));
    tls.look();
    assertThat(serial(tls)).isEqualTo(serial(renewed));
    assertThat(tls.trust().getAcceptedIssuers())
        .extracting(issuer -> issuer.getSubjectX500Principal().getName())
        .containsExactly("CN=another");
  }

  @Test
  void aBrokenPairChangesNothingAndIsToldOnceItStays() throws UnusableTls {
    ReloadingTls tls = ReloadingTls.of(files);
    try (LogLines log = new LogLines(ReloadingTls.class)) {
      secret.show(authority.issue(HOST).pem(), first.keyPem(), Authority.create("other").pem());
      tls.look();
      assertThat(log.lines()).isEmpty();
      tls.look();
      tls.look();
      assertThat(log.lines())
          .containsExactly(
              "WARN certificates are not renewed, the ones before stay in use: "
                  + secret.key()
                  + " is not the key of the certificate in "
                  + secret.certificate());
      assertThat(serial(tls)).isEqualTo(serial(first));
      assertThat(tls.trust().getAcceptedIssuers()[0].getSubjectX500Principal().getName())
          .isEqualTo("CN=lab");

      Authority.Issued renewed = authority.issue(HOST);
      secret.show(renewed, authority.pem());
      tls.look();
      assertThat(serial(tls)).isEqualTo(serial(renewed));
    }
  }

  @Test
  void halfOfAChangeIsNoReasonToWarn() throws IOException, UnusableTls {
    ReloadingTls tls = ReloadingTls.of(files);
    Authority.Issued renewed = authority.issue(HOST);
    try (LogLines log = new LogLines(ReloadingTls.class)) {
      Files.writeString(secret.certificate(), renewed.pem());
      tls.look();
      Files.writeString(secret.key(), renewed.keyPem());
      tls.look();
      assertThat(serial(tls)).isEqualTo(serial(renewed));
      assertThat(log.lines()).singleElement().asString().startsWith("INFO now using certificate");
    }
  }

  @Test
  void aCertificateThatHasRunOutIsTold() throws UnusableTls {
    Instant longAgo = Instant.now().minus(Duration.ofDays(30));
    secret.show(
        authority.issue(HOST, longAgo, Duration.ofDays(1), Authority.Algorithm.EC),
        authority.pem());
    try (LogLines log = new LogLines(ReloadingTls.class)) {
      assertThat(ReloadingTls.of(files).expiry()).isBefore(Instant.now());
      assertThat(log.lines())
          .contains(
              "WARN certificate in "
                  + secret.certificate()
                  + " has expired: callers will refuse it");
    }
  }

  private void assertUnusable(TlsFiles.Role role, String words) {
    assertThatThrownBy(() -> TlsMaterial.read(files))
        .isInstanceOfSatisfying(
            UnusableTls.class, unusable -> assertThat(unusable.role()).isEqualTo(role))
        .hasMessageContaining(words);
  }

  private static BigInteger serial(ReloadingTls tls) {
    return tls.keys().getCertificateChain("default")[0].getSerialNumber();
  }

  private static BigInteger serial(Authority.Issued issued) {
    return issued.certificate().getSerialNumber();
  }
}
