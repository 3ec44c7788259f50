package org.homelab.autoscaler.fleet;

import java.util.Map;
import java.util.Optional;

/** Puts a machine together from all that is known about it. */
final class Assembly {
  private final Membership membership;
  private final Map<ObjectKey, DeclaredGroup> groups;
  private final Map<String, KubernetesNode> nodes;
  private final JobIndex jobs;
  private final Sightings sightings;
  private final PendingOrders orders;
  private final RecipeBook recipes;
  private final InstanceIds instanceIds;

  /** Looks into these each time anew. */
  Assembly(
      Membership membership,
      Map<ObjectKey, DeclaredGroup> groups,
      Map<String, KubernetesNode> nodes,
      JobIndex jobs,
      Sightings sightings,
      PendingOrders orders,
      RecipeBook recipes,
      InstanceIds instanceIds) {
    this.membership = membership;
    this.groups = groups;
    this.nodes = nodes;
    this.jobs = jobs;
    this.sightings = sightings;
    this.orders = orders;
    this.recipes = recipes;
    this.instanceIds = instanceIds;
  }

  /** That machine, but for whether another has its id. */
  Machine machine(Declared node) {
    Membership.Verdict verdict = membership.of(node, groups);
    PowerWish shared =
        verdict
            .group()
            .map(groups::get)
            .map(group -> group.policy().power())
            .orElse(PowerWish.NONE);
    PowerPlan plan = PowerPlan.JOBS;
    Optional<Machine.Problem> problem = verdict.problem();
    try {
      plan = recipes.plan(node.spec().power(), shared);
    } catch (RecipeBook.Unusable unusable) {
      problem =
          problem.or(
              () ->
                  Optional.of(
                      new Machine.Problem(
                          Machine.Problem.Code.INVALID_SPEC, unusable.getMessage())));
    }
    return new Machine(
        node,
        verdict.group(),
        problem,
        Optional.ofNullable(nodes.get(node.spec().kubernetesNodeName())),
        jobs.of(node),
        Optional.empty(),
        seen(node, verdict.group()),
        plan,
        template(node, verdict.group().map(groups::get)),
        sightings.reading(node.key()),
        instanceIds.of(node, verdict.group().map(groups::get)),
        orders.of(node));
  }

  private static Optional<Template> template(Declared node, Optional<DeclaredGroup> group) {
    Optional<Template> shared = group.flatMap(known -> known.policy().template());
    return node.spec().template().map(own -> shared.map(own::or).orElse(own)).or(() -> shared);
  }

  /** What its probes say; before they do, that they have not; nothing where it has none. */
  Optional<Observation> seen(Declared node, Optional<ObjectKey> group) {
    return sightings
        .observation(node.key())
        .or(
            () ->
                healthCheck(node, group.map(groups::get)).probes().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Observation.NOTHING_YET));
  }

  /** How it is checked: as it says itself, and else as its group says. */
  static HealthCheck healthCheck(Declared node, Optional<DeclaredGroup> group) {
    HealthCheck own = node.spec().healthCheck();
    return group.map(known -> own.or(known.policy().healthCheck())).orElse(own);
  }
}
