package org.homelab.autoscaler.power;

/**
 * A condition as a user reads it.
 *
 * @param type such as {@code Ready}
 * @param reason one of the reasons of the documentation
 * @param message a sentence that may name what to do
 */
public record ConditionValue(String type, boolean status, Reason reason, String message) {}
