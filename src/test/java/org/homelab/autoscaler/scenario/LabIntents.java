package org.homelab.autoscaler.scenario;

import java.util.List;
import java.util.function.IntConsumer;
import org.homelab.autoscaler.cloudprovider.Intents;
import org.homelab.autoscaler.cloudprovider.PowerIntent;
import org.homelab.autoscaler.cloudprovider.ProviderException;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.GroupSnapshot;

/** Writes desired power into the lab, with the preconditions of the real. */
final class LabIntents implements Intents {
  private final Lab lab;
  private final IntConsumer wrote;

  /**
   * Intents of that lab.
   *
   * @param wrote called after an order with the number of its writes
   */
  LabIntents(Lab lab, IntConsumer wrote) {
    this.lab = lab;
    this.wrote = wrote;
  }

  @Override
  public void settle(GroupSnapshot group) {}

  @Override
  public void apply(GroupSnapshot group, List<PowerIntent> intents) {
    for (PowerIntent intent : intents) {
      Declared seen = intent.machine().declared();
      Declared stored = lab.declared().get(seen.key());
      if (stored == null || !stored.revision().equals(seen.revision())) {
        throw new ProviderException.StaleSnapshot(seen.key() + " has changed");
      }
    }
    for (PowerIntent intent : intents) {
      lab.edit(
          intent.machine().key(),
          node ->
              intent
                  .lost()
                  .map(attempt -> Edits.givenUp(node, attempt))
                  .map(given -> Edits.desired(given, intent.desired()))
                  .orElseGet(() -> Edits.desired(node, intent.desired())));
    }
    wrote.accept(intents.size());
  }
}
