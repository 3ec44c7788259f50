package org.homelab.autoscaler.camel;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.homelab.autoscaler.leader.Leading;

/**
 * Down while no replica is known to lead, so that machines are left as they are. Neither liveness
 * nor readiness: the Cluster Autoscaler is answered all the same.
 */
public final class LeaderHealthCheck extends AbstractHealthCheck {
  private final Leading leadership;
  private final Supplier<Optional<String>> leader;

  /**
   * A check.
   *
   * @param leader who leads, as far as this replica knows
   */
  public LeaderHealthCheck(Leading leadership, Supplier<Optional<String>> leader) {
    super("homelab", "leader");
    this.leadership = leadership;
    this.leader = leader;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  public boolean isReadiness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    Optional<String> who = leader.get();
    builder.detail("leading", leadership.leading());
    who.ifPresent(name -> builder.detail("leader", name));
    if (who.isPresent()) {
      builder.up();
    } else {
      builder.message("no replica leads: nobody switches machines").down();
    }
  }
}
