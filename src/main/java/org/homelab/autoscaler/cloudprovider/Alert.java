package org.homelab.autoscaler.cloudprovider;

import org.homelab.autoscaler.fleet.Machine;

/**
 * An order of the Cluster Autoscaler that was refused because it would have harmed a machine at
 * work; a person has to mend something.
 *
 * @param message what happened and what to do
 */
public record Alert(Machine machine, String message) {}
