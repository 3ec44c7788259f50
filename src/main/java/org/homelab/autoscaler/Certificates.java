package org.homelab.autoscaler;

import java.nio.file.Path;
import org.homelab.autoscaler.tls.TlsFiles;
import org.homelab.autoscaler.tls.TlsMaterial;
import org.homelab.autoscaler.tls.UnusableTls;

/**
 * Finds certificates that cannot be used before anything is started, when the setting can be named.
 */
final class Certificates {
  private Certificates() {}

  /**
   * Reads what mutual TLS needs, if it is wanted.
   *
   * @throws Settings.Invalid if a file cannot be used
   */
  static void check(Settings settings) {
    if (!settings.grpcTls()) {
      return;
    }
    var files =
        new TlsFiles(
            Path.of(settings.text(Setting.GRPC_TLS_CERT)),
            Path.of(settings.text(Setting.GRPC_TLS_KEY)),
            Path.of(settings.text(Setting.GRPC_TLS_CLIENT_CA)));
    try {
      TlsMaterial unused = TlsMaterial.read(files);
    } catch (UnusableTls unusable) {
      throw new Settings.Invalid(
          setting(unusable.role()).environment() + ": " + unusable.getMessage());
    }
  }

  private static Setting setting(TlsFiles.Role role) {
    return switch (role) {
      case CERTIFICATE -> Setting.GRPC_TLS_CERT;
      case KEY -> Setting.GRPC_TLS_KEY;
      case CLIENT_AUTHORITY -> Setting.GRPC_TLS_CLIENT_CA;
    };
  }
}
