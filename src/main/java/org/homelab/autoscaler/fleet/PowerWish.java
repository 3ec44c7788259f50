package org.homelab.autoscaler.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an owner wants a machine to be switched, as far as one resource says.
 *
 * @param podSpecs whether it has pod specs, which leave no room for a recipe
 * @param recipe name of the recipe
 * @param parameters of the recipe, as written; never a secret
 * @param secret name of the Secret with the recipe's secrets
 * @param mayCut whether power may be cut once the machine is drained
 * @param fallbacks what to power off with when the command before has not worked
 * @param onFallbacks what to power on with then
 */
public record PowerWish(
    boolean podSpecs,
    Optional<String> recipe,
    Map<String, String> parameters,
    Optional<String> secret,
    Optional<Boolean> mayCut,
    List<Fallback> fallbacks,
    List<Fallback> onFallbacks) {
  /** Nothing is said. */
  public static final PowerWish NONE =
      new PowerWish(
          false,
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of());

  /** Two pod specs. */
  public static final PowerWish PODS =
      new PowerWish(
          true,
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of());

  public PowerWish {
    parameters = Map.copyOf(parameters);
    fallbacks = List.copyOf(fallbacks);
    onFallbacks = List.copyOf(onFallbacks);
  }

  /** One without another way to power on. */
  public PowerWish(
      boolean podSpecs,
      Optional<String> recipe,
      Map<String, String> parameters,
      Optional<String> secret,
      Optional<Boolean> mayCut,
      List<Fallback> fallbacks) {
    this(podSpecs, recipe, parameters, secret, mayCut, fallbacks, List.of());
  }

  /**
   * What to do with when the command before has not worked.
   *
   * @param after how long the command before has
   */
  public record Fallback(
      String recipe, Duration after, Map<String, String> parameters, Optional<String> secret) {
    public Fallback {
      parameters = Map.copyOf(parameters);
    }
  }
}
