package org.homelab.autoscaler.simulator;

import java.util.Map;

/**
 * What the standard output can show.
 *
 * @param live whether a table can be redrawn in place
 * @param colours whether colours are wanted
 */
record Terminal(boolean live, boolean colours) {
  /**
   * Reads it from the environment.
   *
   * @param console whether there is a person's console at both ends
   */
  static Terminal of(Map<String, String> environment, boolean console) {
    String term = environment.getOrDefault("TERM", "");
    boolean live =
        console && !term.isEmpty() && !term.equals("dumb") && !environment.containsKey("CI");
    boolean colours = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(live, colours);
  }
}
