package org.homelab.autoscaler.simulator;

import java.util.Optional;

/**
 * A machine that exists only here.
 *
 * @param name of its Node
 * @param kubernetesNode name it joins as
 * @param providerId id it joins with, if it sets one
 * @param bootSeconds from power-on until it joins
 * @param joins whether it ever does
 */
record SimulatedMachine(
    String name,
    String group,
    String kubernetesNode,
    Optional<String> providerId,
    double bootSeconds,
    int cpus,
    int memoryGi,
    boolean joins) {}
