package org.homelab.autoscaler.camel;

import java.util.Optional;
import org.apache.camel.RuntimeCamelException;

/** An exception as a log line shows it. */
final class OneLine {
  private OneLine() {}

  /**
   * The kind of the exception and its message, with line breaks turned into spaces. Camel's own
   * wrapping, which says nothing of what happened, is left out.
   */
  static String of(Throwable failure) {
    if (failure instanceof RuntimeCamelException && failure.getCause() != null) {
      return of(failure.getCause());
    }
    String kind = failure.getClass().getSimpleName();
    return Optional.ofNullable(failure.getMessage())
        .map(message -> kind + ": " + message.strip().replaceAll("\\s+", " "))
        .orElse(kind);
  }
}
