package org.homelab.autoscaler.camel;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Not ready before the first sync; ready from then on, with the state of the watch beside it: what
 * was last known is better than no answer.
 */
final class InformerHealthCheck extends AbstractHealthCheck {
  private final WatchState state;

  InformerHealthCheck(String id, WatchState state) {
    super("k8s-informer", id);
    this.state = state;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    InformerStatus status = state.status();
    builder.detail("synced", status.synced());
    builder.detail("watching", status.watching());
    builder.detail("watch.age.seconds", status.watchAge().toSeconds());
    status.problem().ifPresent(problem -> builder.detail("problem", problem));
    if (status.synced()) {
      builder.up();
    } else {
      builder.message(status.problem().orElse("the first list is not through yet")).down();
    }
  }
}
