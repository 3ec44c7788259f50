package org.homelab.autoscaler.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.ThreadLocalRandom;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** An authority that signs certificates, as cert-manager has them. */
public final class Authority {
  /** A certificate with its key, PKCS#8. */
  public record Issued(X509Certificate certificate, PrivateKey key) {
    /** The certificate as PEM. */
    public String pem() {
      return Authority.pem("CERTIFICATE", encoded(certificate));
    }

    /** The key as PEM. */
    public String keyPem() {
      return Authority.pem("PRIVATE KEY", key.getEncoded());
    }
  }

  /** Kinds of keys. */
  public enum Algorithm {
    EC,
    RSA
  }

  private final Issued own;

  private Authority(Issued own) {
    this.own = own;
  }

  /** A new authority that trusts itself. */
  public static Authority create(String name) {
    KeyPair keys = keys(Algorithm.EC);
    Instant now = Instant.now();
    return new Authority(sign(name, name, keys, keys.getPrivate(), now, Duration.ofDays(365), ""));
  }

  /** The authority's own certificate as PEM. */
  public String pem() {
    return own.pem();
  }

  /** A certificate that is good for a day, for a server of that host or for a caller. */
  public Issued issue(String host) {
    return issue(host, Instant.now(), Duration.ofDays(1), Algorithm.EC);
  }

  /** A certificate that is good from an hour before that time for so long. */
  public Issued issue(String host, Instant from, Duration validity, Algorithm algorithm) {
    KeyPair keys = keys(algorithm);
    String issuer = own.certificate().getSubjectX500Principal().getName();
    return sign(issuer.substring(3), host, keys, own.key(), from, validity, host);
  }

  private static Issued sign(
      String issuer,
      String subject,
      KeyPair keys,
      PrivateKey signer,
      Instant from,
      Duration validity,
      String host) {
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=" + issuer),
              BigInteger.valueOf(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE)),
              Date.from(from.minus(Duration.ofHours(1))),
              Date.from(from.plus(validity)),
              new X500Name("CN=" + subject),
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(host.isEmpty()));
      if (!host.isEmpty()) {
        int kind = Character.isDigit(host.charAt(0)) ? GeneralName.iPAddress : GeneralName.dNSName;
        builder.addExtension(
            Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(kind, host)));
      }
      X509CertificateHolder signed =
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer));
      return new Issued(
          new JcaX509CertificateConverter().getCertificate(signed), keys.getPrivate());
    } catch (IOException | OperatorCreationException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static KeyPair keys(Algorithm algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.name());
      switch (algorithm) {
        case EC -> generator.initialize(new ECGenParameterSpec("secp256r1"));
        case RSA -> generator.initialize(2048);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Bytes as PEM under that title. */
  public static String pem(String title, byte[] bytes) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(new PemObject(title, bytes));
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
    return text.toString();
  }
}
