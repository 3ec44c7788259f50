package org.homelab.autoscaler.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * All that the page shows at one instant.
 *
 * @param head what concerns everything
 * @param groups by id
 * @param machines by group and name
 */
public record RackView(Head head, List<GroupCard> groups, List<MachineCard> machines) {
  public RackView {
    groups = List.copyOf(groups);
    machines = List.copyOf(machines);
  }

  /**
   * What concerns everything.
   *
   * @param instance which replica answers
   * @param started when this replica started, epoch milliseconds: after a restart it is another
   * @param mode simulate or cluster
   * @param leader whether this replica leads; absent: not known
   * @param synced whether everything has been seen once
   * @param watchAgeSeconds for how long changes have not been told to us; 0: they are being told
   * @param autoscaler the Cluster Autoscaler's last call; absent: none yet
   * @param waiting pods that wait for a machine
   * @param tariff price of energy; absent: none is configured
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Head(
      String instance,
      long started,
      String mode,
      Boolean leader,
      boolean synced,
      long watchAgeSeconds,
      Call autoscaler,
      Waiting waiting,
      Tariff tariff) {}

  /**
   * A call of the Cluster Autoscaler.
   *
   * @param rpc its name
   * @param minute when, epoch seconds; told in steps, so that not every call is news
   */
  public record Call(String rpc, long minute) {}

  /**
   * Pods without a machine.
   *
   * @param some names of a few
   */
  public record Waiting(int count, List<String> some) {}

  /**
   * What energy costs.
   *
   * @param perKilowattHour price now
   * @param currency its currency, as configured
   */
  public record Tariff(double perKilowattHour, String currency) {}
}
