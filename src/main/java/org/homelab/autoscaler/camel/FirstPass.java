package org.homelab.autoscaler.camel;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Knows when everything that the first list held has gone through the route once. */
final class FirstPass {
  private final Set<String> tried = new HashSet<>();
  private Optional<Set<String>> left = Optional.empty();

  /**
   * The list is complete, and these keys are in it.
   *
   * @return whether the pass is over
   */
  synchronized boolean listed(Collection<String> keys) {
    Set<String> untried = new HashSet<>(keys);
    untried.removeAll(tried);
    left = Optional.of(untried);
    return over();
  }

  /**
   * The route has seen this key.
   *
   * @return whether the pass is over
   */
  synchronized boolean tried(String key) {
    if (!over()) {
      tried.add(key);
      left.ifPresent(keys -> keys.remove(key));
    }
    return over();
  }

  private boolean over() {
    return left.map(Set::isEmpty).orElse(false);
  }
}
