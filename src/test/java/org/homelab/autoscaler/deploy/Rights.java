package org.homelab.autoscaler.deploy;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a service account may do by an overlay's roles, each right by itself. */
final class Rights {
  /**
   * One right.
   *
   * @param scope a namespace, or {@code *} for the cluster
   * @param name of the one object it is limited to, or {@code *}
   */
  record Right(String scope, String apiGroup, String resource, String verb, String name)
      implements Comparable<Right> {
    @Override
    public int compareTo(Right other) {
      return toString().compareTo(other.toString());
    }
  }

  private Rights() {}

  static Set<Right> of(Overlay overlay, String account) {
    Stream<Right> inNamespace =
        overlay
            .all(RoleBinding.class)
            .filter(binding -> binds(binding.getSubjects(), account))
            .flatMap(
                binding ->
                    each(
                        binding.getMetadata().getNamespace(),
                        overlay.one(Role.class, binding.getRoleRef().getName()).getRules()));
    Stream<Right> everywhere =
        overlay
            .all(ClusterRoleBinding.class)
            .filter(binding -> binds(binding.getSubjects(), account))
            .flatMap(
                binding ->
                    each(
                        "*",
                        overlay.one(ClusterRole.class, binding.getRoleRef().getName()).getRules()));
    return Stream.concat(inNamespace, everywhere).collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean binds(List<Subject> subjects, String account) {
    return subjects.stream().anyMatch(subject -> account.equals(subject.getName()));
  }

  private static Stream<Right> each(String scope, List<PolicyRule> rules) {
    return rules.stream()
        .flatMap(
            rule ->
                rule.getApiGroups().stream()
                    .flatMap(
                        group ->
                            rule.getResources().stream()
                                .flatMap(
                                    resource ->
                                        rule.getVerbs().stream()
                                            .flatMap(
                                                verb ->
                                                    names(rule)
                                                        .map(
                                                            name ->
                                                                new Right(
                                                                    scope, group, resource, verb,
                                                                    name))))));
  }

  private static Stream<String> names(PolicyRule rule) {
    List<String> names = rule.getResourceNames();
    return names == null || names.isEmpty() ? Stream.of("*") : names.stream();
  }
}
