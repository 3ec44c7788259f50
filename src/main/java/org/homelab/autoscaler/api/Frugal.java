package org.homelab.autoscaler.api;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes resources that are kept as small as they can be: who has written which field is left out,
 * and the texts of conditions, which most machines have in common, are there once.
 */
public final class Frugal {
  private Frugal() {}

  /** That Node, made small. */
  public static Node of(Node node) {
    bare(node);
    Optional.ofNullable(node.getStatus()).map(NodeStatus::conditions).ifPresent(Frugal::share);
    return node;
  }

  /** That Group, made small. */
  public static Group of(Group group) {
    bare(group);
    Optional.ofNullable(group.getStatus()).map(GroupStatus::conditions).ifPresent(Frugal::share);
    return group;
  }

  private static void bare(HasMetadata resource) {
    resource.getMetadata().setManagedFields(List.of());
  }

  private static void share(List<Condition> conditions) {
    for (Condition condition : conditions) {
      condition.setAdditionalProperties(Map.of());
      share(condition.getType(), condition::setType);
      share(condition.getStatus(), condition::setStatus);
      share(condition.getReason(), condition::setReason);
      share(condition.getMessage(), condition::setMessage);
      share(condition.getLastTransitionTime(), condition::setLastTransitionTime);
    }
  }

  private static void share(String text, Consumer<String> field) {
    if (text != null) {
      field.accept(text.intern());
    }
  }
}
