package org.homelab.autoscaler.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Gathers what is wrong with a resource while the rest of it is read. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  /** Notes what is wrong with a field and how to write it. */
  void add(String field, String help) {
    found.add(field + ": " + help);
  }

  /**
   * The value read, or nothing where there is no text or it cannot be read, which is then noted.
   */
  <T> Optional<T> read(String field, String text, Function<String, T> reader) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(text));
    } catch (IllegalArgumentException unreadable) {
      add(field, unreadable.getMessage());
      return Optional.empty();
    }
  }

  /** All of it in one line; empty when nothing is wrong. */
  Optional<String> summary() {
    return found.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", found));
  }
}
