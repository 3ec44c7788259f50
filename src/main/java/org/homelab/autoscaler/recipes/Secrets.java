package org.homelab.autoscaler.recipes;

import java.util.Map;

/** Where secrets are read from, each time one is needed. */
public interface Secrets {
  /** There are none. */
  Secrets NONE =
      name -> {
        throw new RecipeFailure.NotTaken("Secret " + name + ": no secrets are read here");
      };

  /**
   * The entries of a Secret.
   *
   * @throws RecipeFailure.NotTaken if it cannot be read; the message says what to do
   */
  Map<String, String> read(String name);
}
