package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resources as text. */
final class Yaml {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
  private static final Path GOLDEN = Path.of("src", "test", "resources");

  private Yaml() {}

  static <T> T read(Class<T> type, String yaml) {
    return SERIALIZATION.unmarshal(yaml, type);
  }

  /** Compares with the file of that name; write it anew with -Dgolden.write=true and read it. */
  static void assertGolden(Object resource, String file) {
    String yaml = SERIALIZATION.asYaml(resource);
    Path golden = GOLDEN.resolve(file);
    try {
      if (Boolean.getBoolean("golden.write")) {
        Files.writeString(golden, yaml);
      }
      assertThat(yaml).isEqualToNormalizingNewlines(Files.readString(golden));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
