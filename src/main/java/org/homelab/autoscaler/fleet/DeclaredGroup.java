package org.homelab.autoscaler.fleet;

import java.util.Optional;

/**
 * A Group resource as the API holds it, in the words of this house.
 *
 * @param generation of its spec
 * @param revision its resourceVersion
 * @param invalid what is wrong with it, naming the field and the fix
 */
public record DeclaredGroup(
    ObjectKey key,
    String uid,
    long generation,
    String revision,
    boolean deleting,
    Optional<String> invalid,
    GroupPolicy policy) {}
