package org.homelab.autoscaler.recipes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Secrets as files: one folder each, as Kubernetes mounts them, one file for each entry. */
public final class MountedSecrets implements Secrets {
  private final Path folder;

  /** The Secrets in that folder. */
  public MountedSecrets(Path folder) {
    this.folder = folder;
  }

  @Override
  public Map<String, String> read(String name) {
    Path secret = folder.resolve(name).normalize();
    var entries = new HashMap<String, String>();
    // Kubernetes keeps the files behind links in hidden folders.
    try (Stream<Path> files = Files.list(secret)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.put(file.getFileName().toString(), Files.readString(file));
      }
    } catch (IOException unreadable) {
      throw new RecipeFailure.NotTaken(
          "Secret " + name + " is not mounted: there is no folder " + secret + " that can be read");
    }
    return entries;
  }
}
