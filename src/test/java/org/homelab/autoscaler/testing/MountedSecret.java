package org.homelab.autoscaler.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A Secret of certificates as a kubelet mounts it: the files are links through {@code ..data},
 * which changes to a new folder in one step.
 */
public final class MountedSecret {
  private static final String DATA = "..data";

  private final Path folder;
  private int version;

  /** A Secret mounted there. */
  public MountedSecret(Path folder) {
    this.folder = folder;
  }

  /** Shows these contents from now on. */
  public MountedSecret show(Authority.Issued server, String clientAuthority) {
    return show(server.pem(), server.keyPem(), clientAuthority);
  }

  /** Shows these contents from now on. */
  public MountedSecret show(String certificate, String key, String clientAuthority) {
    try {
      Path next = Files.createDirectories(folder.resolve("..version-" + ++version));
      Files.writeString(next.resolve("tls.crt"), certificate);
      Files.writeString(next.resolve("tls.key"), key);
      Files.writeString(next.resolve("ca.crt"), clientAuthority);
      Path link = folder.resolve("..data_tmp");
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, next.getFileName());
      Files.move(
          link,
          folder.resolve(DATA),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      for (String name : List.of("tls.crt", "tls.key", "ca.crt")) {
        if (!Files.isSymbolicLink(folder.resolve(name))) {
          Files.createSymbolicLink(folder.resolve(name), Path.of(DATA, name));
        }
      }
      return this;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The server's certificate. */
  public Path certificate() {
    return folder.resolve("tls.crt");
  }

  /** The server's key. */
  public Path key() {
    return folder.resolve("tls.key");
  }

  /** The authority of callers. */
  public Path clientAuthority() {
    return folder.resolve("ca.crt");
  }
}
