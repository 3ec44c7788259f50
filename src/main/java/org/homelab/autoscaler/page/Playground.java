package org.homelab.autoscaler.page;

/** The simulated hardware and workload, as far as a person may meddle with it. */
public interface Playground {
  /**
   * Adds pods that run for a while.
   *
   * @return what was done, as a sentence
   */
  String addPods(int count);

  /**
   * Takes the power from a machine as a blackout would, whatever runs on it.
   *
   * @param machine name of its Node
   */
  String cutPower(String machine);

  /** Lets a machine hang at its next boots. */
  String breakMachine(String machine);

  /** Lets a broken machine boot again. */
  String mend(String machine);
}
