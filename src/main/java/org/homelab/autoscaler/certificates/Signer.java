package org.homelab.autoscaler.certificates;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates: an authority, and what it signs. Keys are P-256. */
final class Signer {
  static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  static final Duration LEAF_LIFE = Duration.ofDays(365);

  /** Clocks of a homelab differ. */
  private static final Duration BACKDATED = Duration.ofMinutes(5);

  private static final int SERIAL_BITS = 126;

  private final SecureRandom random = new SecureRandom();
  private final Instant now;

  Signer(Instant now) {
    this.now = now;
  }

  KeyedCertificate authority() {
    KeyPair pair = newKey();
    var subject =
        new X500Principal(
            "CN=homelab-autoscaler-authority-" + Long.toString(now.getEpochSecond(), 36));
    X509v3CertificateBuilder builder = builder(subject, subject, pair, AUTHORITY_LIFE);
    return sign(
        builder,
        pair,
        pair.getPrivate(),
        utils -> {
          builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
          builder.addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
          builder.addExtension(
              Extension.subjectKeyIdentifier,
              false,
              utils.createSubjectKeyIdentifier(pair.getPublic()));
        });
  }

  KeyedCertificate server(KeyedCertificate authority, List<String> names) {
    return leaf(authority, names.get(0), names, KeyPurposeId.id_kp_serverAuth);
  }

  KeyedCertificate client(KeyedCertificate authority, String name) {
    return leaf(authority, name, List.of(), KeyPurposeId.id_kp_clientAuth);
  }

  private KeyedCertificate leaf(
      KeyedCertificate authority, String name, List<String> names, KeyPurposeId purpose) {
    KeyPair pair = newKey();
    X500Principal issuer = authority.certificate().getSubjectX500Principal();
    String shortName = name.length() > 64 ? name.substring(0, 64) : name;
    X509v3CertificateBuilder builder =
        builder(issuer, new X500Principal("CN=" + shortName), pair, LEAF_LIFE);
    return sign(
        builder,
        pair,
        authority.key(),
        utils -> {
          builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
          builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
          builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
          builder.addExtension(
              Extension.authorityKeyIdentifier,
              false,
              utils.createAuthorityKeyIdentifier(authority.certificate()));
          if (!names.isEmpty()) {
            builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(
                    names.stream()
                        .map(dns -> new GeneralName(GeneralName.dNSName, dns))
                        .toArray(GeneralName[]::new)));
          }
        });
  }

  private interface Extensions {
    void add(JcaX509ExtensionUtils utils) throws GeneralSecurityException, CertIOException;
  }

  private X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, KeyPair pair, Duration life) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(life)),
        subject,
        pair.getPublic());
  }

  private static KeyedCertificate sign(
      X509v3CertificateBuilder builder, KeyPair pair, PrivateKey by, Extensions extensions) {
    try {
      extensions.add(new JcaX509ExtensionUtils());
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(by);
      return new KeyedCertificate(
          new JcaX509CertificateConverter().getCertificate(builder.build(signer)),
          pair.getPrivate());
    } catch (GeneralSecurityException | OperatorException | CertIOException impossible) {
      throw new IllegalStateException("this JVM cannot sign certificates", impossible);
    }
  }

  private KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JVM knows no P-256", impossible);
    }
  }
}
