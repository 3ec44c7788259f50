package org.homelab.autoscaler.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** What the files hold, read one after the other, so that they need not belong together. */
record TlsContent(String certificate, String key, String clientAuthority) {

  static TlsContent read(TlsFiles files) throws UnusableTls {
    return new TlsContent(
        read(files, TlsFiles.Role.CERTIFICATE),
        read(files, TlsFiles.Role.KEY),
        read(files, TlsFiles.Role.CLIENT_AUTHORITY));
  }

  ByteArrayInputStream stream(TlsFiles.Role role) {
    String text =
        switch (role) {
          case CERTIFICATE -> certificate;
          case KEY -> key;
          case CLIENT_AUTHORITY -> clientAuthority;
        };
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String read(TlsFiles files, TlsFiles.Role role) throws UnusableTls {
    try {
      return Files.readString(files.path(role), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new UnusableTls(
          files, role, "cannot be read (" + unreadable.getClass().getSimpleName() + ")");
    }
  }
}
