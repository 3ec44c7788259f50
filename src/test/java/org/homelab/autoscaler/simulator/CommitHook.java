package org.homelab.autoscaler.simulator;

import java.util.function.BiConsumer;

/** Lets a test act between a write of the embedded API and its answer. */
public final class CommitHook {
  private CommitHook() {}

  /**
   * Tells of every write, before it is answered and before any other is let in.
   *
   * @param told plural and group of the resource, such as {@code nodes.infra.homecluster.dev}, and
   *     name of the object
   */
  public static void afterEachWrite(EmbeddedApi api, BiConsumer<String, String> told) {
    api.observe(change -> told.accept(change.resource(), change.name()));
  }
}
