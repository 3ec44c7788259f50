package org.homelab.autoscaler.camel;

import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;

/**
 * Whether everything that was there at the start is known. Asked only once all routes are up, since
 * an informer whose route is still to come would not be missed. Stays true.
 */
public final class FirstSync implements BooleanSupplier {
  private final CamelContext context;
  private final InformerRegistry informers;
  private volatile boolean synced;

  /** The first sync of those informers in that context. */
  public FirstSync(CamelContext context, InformerRegistry informers) {
    this.context = context;
    this.informers = informers;
  }

  @Override
  public boolean getAsBoolean() {
    if (!synced && context.isStarted()) {
      synced = informers.statuses().stream().allMatch(InformerStatus::synced);
    }
    return synced;
  }
}
