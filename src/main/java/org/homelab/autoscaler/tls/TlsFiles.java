package org.homelab.autoscaler.tls;

import java.nio.file.Path;

/**
 * The PEM files of a server with mutual TLS.
 *
 * @param certificate the server's certificate, followed by those that lead to its authority
 * @param key the server's private key, PKCS#8 and not encrypted
 * @param clientAuthority the authorities whose certificates callers may show
 */
public record TlsFiles(Path certificate, Path key, Path clientAuthority) {

  /** What a file is for. */
  public enum Role {
    CERTIFICATE,
    KEY,
    CLIENT_AUTHORITY
  }

  Path path(Role role) {
    return switch (role) {
      case CERTIFICATE -> certificate;
      case KEY -> key;
      case CLIENT_AUTHORITY -> clientAuthority;
    };
  }
}
