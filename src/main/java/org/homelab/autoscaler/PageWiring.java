package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.homelab.autoscaler.camel.InformerRegistry;
import org.homelab.autoscaler.cloudprovider.GroupSizes;
import org.homelab.autoscaler.energy.Account;
import org.homelab.autoscaler.energy.Draw;
import org.homelab.autoscaler.energy.Tariff;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.kubernetes.EnergyBook;
import org.homelab.autoscaler.kubernetes.FleetFeed;
import org.homelab.autoscaler.kubernetes.PodTally;
import org.homelab.autoscaler.leader.Leading;
import org.homelab.autoscaler.page.ClusterDeeds;
import org.homelab.autoscaler.page.Deeds;
import org.homelab.autoscaler.page.Energies;
import org.homelab.autoscaler.page.LabDeeds;
import org.homelab.autoscaler.page.PageServer;
import org.homelab.autoscaler.page.Playground;
import org.homelab.autoscaler.page.RackSource;
import org.homelab.autoscaler.page.RackView;
import org.homelab.autoscaler.page.RequestGuard;
import org.homelab.autoscaler.power.Neighbours;
import org.homelab.autoscaler.power.PowerPolicy;

/** Puts the page together. */
final class PageWiring {
  private static final int NAMED = 3;
  private static final long CALL_STEP = 10;

  private final Settings settings;
  private final KubernetesClient client;
  private final Clock clock;
  private final Supplier<Optional<Tariff>> tariff;
  private final Instant started;
  private final PodTally pods = new PodTally();

  PageWiring(
      Settings settings, KubernetesClient client, Clock clock, Supplier<Optional<Tariff>> tariff) {
    this.tariff = tariff;
    this.settings = settings;
    this.client = client;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** What the route that watches pods feeds. */
  PodTally pods() {
    return pods;
  }

  /** The page, to be started once Camel's HTTP server is up. */
  PageServer page(
      CamelContext context,
      Fleet fleet,
      FleetFeed feed,
      PowerPolicy.Defaults defaults,
      InformerRegistry watches,
      BooleanSupplier synced,
      String instance,
      Leading leadership,
      Supplier<Optional<Instant>> lastCall,
      EnergyBook energy,
      Optional<Playground> playground) {
    var source =
        new RackSource(
            fleet,
            feed,
            pods,
            (machine, group) ->
                PowerPolicy.of(
                    machine,
                    Optional.ofNullable(group).map(GroupSnapshot::policy).orElse(GroupPolicy.NONE),
                    Neighbours.room(0),
                    defaults),
            group -> GroupSizes.of(group, defaults, clock.instant()),
            () ->
                new RackView.Head(
                    instance,
                    started.toEpochMilli(),
                    settings.text(Setting.MODE),
                    leadership.leading(),
                    synced.getAsBoolean(),
                    watches.watchAge().toSeconds(),
                    lastCall.get().map(PageWiring::call).orElse(null),
                    new RackView.Waiting(pods.waiting(), pods.waiting(NAMED)),
                    tariff().orElse(null)),
            energies(energy),
            clock);
    return new PageServer(
        context,
        settings.number(Setting.HTTP_PORT),
        source,
        deeds(playground),
        new RequestGuard(settings.simulate()));
  }

  /**
   * In steps of ten seconds, the Cluster Autoscaler's usual pause, so that not every call is news.
   */
  private static RackView.Call call(Instant at) {
    return new RackView.Call("Refresh", at.getEpochSecond() / CALL_STEP * CALL_STEP);
  }

  private Optional<RackView.Tariff> tariff() {
    return tariff
        .get()
        .map(
            price ->
                new RackView.Tariff(
                    price.at(clock.instant()).doubleValue(),
                    settings.text(Setting.ENERGY_CURRENCY)));
  }

  private static Energies energies(EnergyBook book) {
    return new Energies() {
      @Override
      public Optional<Draw> draw(Machine machine) {
        return book.draw(machine);
      }

      @Override
      public Optional<Account> account(ObjectKey group) {
        return book.account(group);
      }
    };
  }

  private Deeds deeds(Optional<Playground> playground) {
    if (playground.isPresent()) {
      return new LabDeeds(client, clock, playground.get());
    }
    return settings.flag(Setting.PAGE_ACTIONS_ENABLED)
        ? new ClusterDeeds(client, clock)
        : Deeds.none();
  }
}
