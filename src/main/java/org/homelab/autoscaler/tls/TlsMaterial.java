package org.homelab.autoscaler.tls;

import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A server's certificates and key, and the authorities of its callers, which fit together.
 *
 * @param chain the server's certificate first
 */
public record TlsMaterial(
    List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
  private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----");
  private static final Pattern OLD_KEY =
      Pattern.compile("-----BEGIN (RSA|EC|DSA) PRIVATE KEY-----");
  private static final Pattern LOCKED_KEY =
      Pattern.compile("-----BEGIN ENCRYPTED PRIVATE KEY-----");

  public TlsMaterial {
    chain = List.copyOf(chain);
    authorities = List.copyOf(authorities);
  }

  /**
   * Reads the files.
   *
   * @throws UnusableTls if one is missing or cannot be used, or the key is that of another
   *     certificate
   */
  public static TlsMaterial read(TlsFiles files) throws UnusableTls {
    return of(files, TlsContent.read(files));
  }

  static TlsMaterial of(TlsFiles files, TlsContent content) throws UnusableTls {
    var material =
        new TlsMaterial(
            certificates(files, content, TlsFiles.Role.CERTIFICATE),
            key(files, content),
            certificates(files, content, TlsFiles.Role.CLIENT_AUTHORITY));
    if (!material.fits()) {
      throw new UnusableTls(
          files, TlsFiles.Role.KEY, "is not the key of the certificate in " + files.certificate());
    }
    return material;
  }

  /** When the server's certificate, or one that it depends on, runs out. */
  public Instant expiry() {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** How people tell this certificate from the one before. */
  String name() {
    X509Certificate leaf = chain.get(0);
    return leaf.getSubjectX500Principal().getName()
        + " serial "
        + leaf.getSerialNumber().toString(16);
  }

  private static List<X509Certificate> certificates(
      TlsFiles files, TlsContent content, TlsFiles.Role role) throws UnusableTls {
    try {
      List<X509Certificate> found =
          List.of(CertificateUtils.getX509Certificates(content.stream(role)));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException broken) {
      throw new UnusableTls(files, role, "holds no certificate that can be read");
    }
    throw new UnusableTls(files, role, "holds no certificate (-----BEGIN CERTIFICATE-----)");
  }

  private static PrivateKey key(TlsFiles files, TlsContent content) throws UnusableTls {
    if (OLD_KEY.matcher(content.key()).find()) {
      throw unusableKey(
          files,
          "is PKCS#1 or SEC 1 and must be PKCS#8: openssl pkcs8 -topk8 -nocrypt -in %s -out <file>;"
              + " with cert-manager, privateKey.encoding: PKCS8");
    }
    if (LOCKED_KEY.matcher(content.key()).find()) {
      throw unusableKey(files, "is encrypted: openssl pkcs8 -in %s -out <file>");
    }
    if (!KEY.matcher(content.key()).find()) {
      throw unusableKey(files, "holds no private key (-----BEGIN PRIVATE KEY-----)");
    }
    try {
      return CertificateUtils.getPrivateKey(content.stream(TlsFiles.Role.KEY));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException broken) {
      throw unusableKey(files, "holds no RSA or EC key that can be read");
    }
  }

  private static UnusableTls unusableKey(TlsFiles files, String problem) {
    return new UnusableTls(files, TlsFiles.Role.KEY, problem.formatted(files.key()));
  }

  /** Whether what the key signs, the certificate vouches for. */
  private boolean fits() {
    try {
      PublicKey certified = chain.get(0).getPublicKey();
      if (!certified.getAlgorithm().equals(key.getAlgorithm())) {
        return false;
      }
      var challenge = new byte[32];
      new SecureRandom().nextBytes(challenge);
      Signature signature = signature();
      signature.initSign(key);
      signature.update(challenge);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(challenge);
      return signature.verify(signed);
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  private Signature signature() throws GeneralSecurityException {
    return Signature.getInstance(
        key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
  }
}
