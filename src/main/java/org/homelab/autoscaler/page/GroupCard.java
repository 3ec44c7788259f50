package org.homelab.autoscaler.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.homelab.autoscaler.energy.Account;

/**
 * One group as the page shows it.
 *
 * @param id as the Cluster Autoscaler knows it
 * @param key namespace and name of its Group
 * @param min fewest machines, as the Cluster Autoscaler is told
 * @param max most machines, as the Cluster Autoscaler is told
 * @param target machines that are asked for
 * @param ready machines whose Kubernetes node is Ready
 * @param total all members
 * @param problem what is wrong with the Group and how to mend it; absent: nothing
 * @param energy what its machines have used; absent: nobody declared or measured any watts
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GroupCard(
    String id,
    String key,
    int min,
    int max,
    int target,
    int ready,
    int total,
    String problem,
    Energy energy) {

  /**
   * Energy up to an instant, and how it goes on from there.
   *
   * @param sinceMillis when the account began, epoch milliseconds
   * @param atMillis the instant, epoch milliseconds
   * @param joules used until then
   * @param spared joules that machines which were off would have used idling
   * @param watts drawn since then
   * @param sparedWatts watts spared since then
   */
  public record Energy(
      long sinceMillis,
      long atMillis,
      double joules,
      double spared,
      double watts,
      double sparedWatts) {
    static Energy of(Account account) {
      return new Energy(
          account.since().toEpochMilli(),
          account.at().toEpochMilli(),
          account.joules(),
          account.spared(),
          account.watts(),
          account.sparedWatts());
    }
  }
}
