package org.homelab.autoscaler.cloudprovider;

import java.util.List;
import org.homelab.autoscaler.fleet.GroupSnapshot;

/**
 * Writes what a group's machines shall become. The one way from an RPC to the cluster: callers plan
 * from a snapshot, and this makes the plan true or leaves things as they were.
 */
public interface Intents {
  /**
   * Waits until no other order for the group is being written. On return the fleet knows all that
   * earlier orders have written; plan from a snapshot that is taken then.
   *
   * @throws ProviderException.Aborted if another order is not over in time
   * @throws ProviderException.Unavailable if the cluster cannot be read now
   */
  void settle(GroupSnapshot group);

  /**
   * Persists the desired power of these machines, all or none. It holds only if the group has had
   * no other order since the snapshot and each machine is still as the snapshot shows it; what was
   * written before something that does not hold is taken back. On return, whether normal or not,
   * the fleet knows what is persisted now, so that the next snapshot shows it.
   *
   * @param group what was planned from
   * @param intents each for another member of the group, all towards the same; none to make sure
   *     that nothing has to be done
   * @throws ProviderException.StaleSnapshot if the group or a machine has changed since the
   *     snapshot; planning again from a fresh one may succeed
   * @throws ProviderException.Unavailable if the cluster cannot be written to now
   */
  void apply(GroupSnapshot group, List<PowerIntent> intents);

  /**
   * Tells the owner of the machines that an order of the Cluster Autoscaler was refused for safety,
   * and what to do about it.
   */
  default void alert(Alert alert) {}
}
