package org.homelab.autoscaler.fleet;

import java.util.LinkedHashSet;
import java.util.Set;

/** What an event has changed and what therefore wants another look. */
public record Touched(Set<ObjectKey> machines, Set<ObjectKey> groups) {
  /** Nothing. */
  public static final Touched NOTHING = new Touched(Set.of(), Set.of());

  public Touched {
    machines = Set.copyOf(machines);
    groups = Set.copyOf(groups);
  }

  /** Both together. */
  public Touched and(Touched other) {
    var allMachines = new LinkedHashSet<>(machines);
    allMachines.addAll(other.machines);
    var allGroups = new LinkedHashSet<>(groups);
    allGroups.addAll(other.groups);
    return new Touched(allMachines, allGroups);
  }
}
