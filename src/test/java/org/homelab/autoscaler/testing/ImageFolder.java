package org.homelab.autoscaler.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** The run folder as it goes into the container image: without {@code lib-simulate/}. */
final class ImageFolder {
  private static final String SIMULATION = "lib-simulate";

  private ImageFolder() {}

  /** A copy of that folder, made once for each build and each JVM that runs tests. */
  static synchronized Path of(Path runFolder) {
    Path image =
        Path.of("target", "image-folder-" + Integer.getInteger("fork", 1)).toAbsolutePath();
    try {
      Files.walkFileTree(runFolder, new Copy(runFolder, image));
      return image;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Copy extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    private Copy(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (folder.getFileName().toString().equals(SIMULATION)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      Files.createDirectories(to.resolve(from.relativize(folder)));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Path copy = to.resolve(from.relativize(file));
      boolean there =
          Files.exists(copy)
              && Files.getLastModifiedTime(copy).equals(attributes.lastModifiedTime())
              && Files.size(copy) == attributes.size();
      if (!there) {
        Files.copy(
            file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
