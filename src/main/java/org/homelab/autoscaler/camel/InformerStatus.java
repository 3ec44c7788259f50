package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.util.Optional;

/**
 * How an informer is at this moment.
 *
 * @param name the resource it watches, as written in its endpoint
 * @param synced whether everything there was at the start has gone through the route once; stays
 *     true
 * @param watching whether changes are being told to us now
 * @param watchAge for how long they have not been; zero while watching
 * @param problem what is wrong and what to do about it, if we know
 */
public record InformerStatus(
    String name, boolean synced, boolean watching, Duration watchAge, Optional<String> problem) {}
