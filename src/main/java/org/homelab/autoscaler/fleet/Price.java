package org.homelab.autoscaler.fleet;

import java.math.BigDecimal;

/**
 * Prices in any currency.
 *
 * @param hourlyRate of the machine running for one hour
 * @param podRate of one pod for one hour
 */
public record Price(BigDecimal hourlyRate, BigDecimal podRate) {}
