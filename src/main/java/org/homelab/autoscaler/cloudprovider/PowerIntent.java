package org.homelab.autoscaler.cloudprovider;

import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Machine;

/**
 * That a machine's desired power is to become another.
 *
 * @param machine as it was seen when this was planned
 * @param why who asked for it and how, for logs and events
 */
public record PowerIntent(Machine machine, PowerState desired, String why) {}
