package org.homelab.autoscaler.fleet;

/** Knows every recipe and what it has to be told. */
public interface RecipeBook {
  /** Knows no recipe: what has no pod specs cannot be switched. */
  RecipeBook EMPTY =
      (machine, group) -> {
        if (machine.podSpecs()) {
          return PowerPlan.JOBS;
        }
        throw new Unusable("spec.power: no recipe is known here; write the two pod specs");
      };

  /** A machine cannot be switched as it is described; the message names the field and the fix. */
  final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, beginning with the field. */
    public Unusable(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * How the machine is switched.
   *
   * @param machine what its own resource says
   * @param group what its group says
   * @throws Unusable if that is incomplete or wrong
   */
  PowerPlan plan(PowerWish machine, PowerWish group);
}
