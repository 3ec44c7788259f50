package org.homelab.autoscaler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says in one line why the process could not start and what to do about it. */
final class StartFailure {
  private StartFailure() {}

  /** The one line for that failure. */
  static String explain(Throwable failure) {
    List<Throwable> chain = chain(failure);
    return ours(chain).orElseGet(() -> innermost(chain));
  }

  private static Optional<String> ours(List<Throwable> chain) {
    return chain.stream()
        .filter(cause -> cause.getClass().getName().startsWith("org.homelab."))
        .map(Throwable::getMessage)
        .findFirst();
  }

  /** What the failure goes back to, in one line. */
  static String innermost(Throwable failure) {
    return innermost(chain(failure));
  }

  private static String innermost(List<Throwable> chain) {
    Throwable cause = chain.get(chain.size() - 1);
    String words =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return words.lines().findFirst().orElse(words);
  }

  private static List<Throwable> chain(Throwable failure) {
    var chain = new ArrayList<Throwable>();
    for (Throwable cause = failure;
        cause != null && !chain.contains(cause);
        cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }
}
