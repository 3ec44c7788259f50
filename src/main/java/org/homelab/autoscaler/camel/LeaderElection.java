package org.homelab.autoscaler.camel;

import java.util.List;
import org.apache.camel.Service;
import org.homelab.autoscaler.leader.Campaign;

/**
 * Ends the election when Camel stops. Camel stops routes before services, so whatever acts as the
 * leader has ended when the Lease is given back.
 */
public final class LeaderElection implements Service {
  private final Campaign campaign;
  private final List<AutoCloseable> clients;

  /**
   * An election under way.
   *
   * @param clients what is closed after it
   */
  public LeaderElection(Campaign campaign, AutoCloseable... clients) {
    this.campaign = campaign;
    this.clients = List.of(clients);
  }

  /** Nothing: the election begins when everything is known. */
  @Override
  public void start() {}

  @Override
  public void stop() {
    campaign.close();
    for (AutoCloseable client : clients) {
      try {
        client.close();
      } catch (Exception failure) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
