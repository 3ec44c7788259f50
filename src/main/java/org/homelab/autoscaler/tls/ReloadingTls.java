package org.homelab.autoscaler.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's side of mutual TLS that follows its files: whoever connects after a {@link #look} that
 * found new ones meets the new certificate and is checked against the new authorities. Files that
 * cannot be used change nothing and are told once. What they hold is compared, not their times, so
 * a mounted Secret, which changes by a symbolic link, is followed too.
 */
public final class ReloadingTls {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadingTls.class);

  private final TlsFiles files;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust = trustManager();
  private TlsContent used;
  private Optional<String> problem = Optional.empty();
  private boolean told;
  private volatile Instant expiry;

  private ReloadingTls(TlsFiles files) {
    this.files = files;
  }

  /**
   * Reads the files for the first time.
   *
   * @throws UnusableTls if one cannot be used
   */
  public static ReloadingTls of(TlsFiles files) throws UnusableTls {
    var tls = new ReloadingTls(files);
    tls.use(TlsContent.read(files));
    return tls;
  }

  /** Shows the certificate of the latest look. */
  public X509ExtendedKeyManager keys() {
    return keys;
  }

  /** Trusts the authorities of the latest look. */
  public X509ExtendedTrustManager trust() {
    return trust;
  }

  /** When the certificate in use runs out. */
  public Instant expiry() {
    return expiry;
  }

  /** Reads the files again and uses what they hold, if it is new and can be used. */
  public synchronized void look() {
    try {
      TlsContent content = TlsContent.read(files);
      if (!content.equals(used)) {
        use(content);
      }
      problem = Optional.empty();
    } catch (UnusableTls unusable) {
      refuse(unusable.getMessage());
    }
  }

  /**
   * What is seen for the first time may be half of a change, a new certificate beside an old key;
   * only what stays so is worth a warning.
   */
  private void refuse(String now) {
    boolean again = problem.filter(now::equals).isPresent();
    if (again && !told) {
      LOG.warn("certificates are not renewed, the ones before stay in use: {}", now);
    }
    told = again;
    problem = Optional.of(now);
  }

  private static AdvancedTlsX509TrustManager trustManager() {
    try {
      return AdvancedTlsX509TrustManager.newBuilder().build();
    } catch (CertificateException declaredOnly) {
      throw new IllegalStateException(declaredOnly);
    }
  }

  private void use(TlsContent content) throws UnusableTls {
    TlsMaterial material = TlsMaterial.of(files, content);
    try {
      trust.updateTrustCredentials(material.authorities().toArray(X509Certificate[]::new));
    } catch (IOException | GeneralSecurityException refused) {
      throw new UnusableTls(
          files, TlsFiles.Role.CLIENT_AUTHORITY, "cannot be trusted: " + refused.getMessage());
    }
    keys.updateIdentityCredentials(
        material.chain().toArray(X509Certificate[]::new), material.key());
    expiry = material.expiry();
    LOG.info(
        "{} certificate {} valid until {}",
        used == null ? "using" : "now using",
        material.name(),
        expiry);
    if (expiry.isBefore(Instant.now())) {
      LOG.warn("certificate in {} has expired: callers will refuse it", files.certificate());
    }
    used = content;
  }
}
