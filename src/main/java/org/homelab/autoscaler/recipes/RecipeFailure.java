package org.homelab.autoscaler.recipes;

/**
 * A recipe did not do what it was told. Unless it is {@link NotTaken}, nobody knows whether the
 * device acted on the command. The message names the device and the fix, and never a secret; there
 * is no cause, because the words of others might hold one.
 */
public class RecipeFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** It is unknown what has become of the command. */
  public RecipeFailure(String message) {
    super(message, null, false, false);
  }

  /** The device has certainly not acted on the command. */
  public static final class NotTaken extends RecipeFailure {
    private static final long serialVersionUID = 1L;

    /** It was not sent, or it was refused. */
    public NotTaken(String message) {
      super(message);
    }
  }
}
