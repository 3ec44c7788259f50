package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.homelab.autoscaler.camel.Desk;
import org.homelab.autoscaler.camel.FirstSync;
import org.homelab.autoscaler.camel.Flows;
import org.homelab.autoscaler.camel.GrpcErrors;
import org.homelab.autoscaler.camel.GrpcMetrics;
import org.homelab.autoscaler.camel.GrpcServerComponent;
import org.homelab.autoscaler.camel.HealthCheckPool;
import org.homelab.autoscaler.camel.HealthCheckSchedules;
import org.homelab.autoscaler.camel.HealthChecks;
import org.homelab.autoscaler.camel.InBackground;
import org.homelab.autoscaler.camel.InformerComponent;
import org.homelab.autoscaler.camel.InformerRegistry;
import org.homelab.autoscaler.camel.KeyedQueue;
import org.homelab.autoscaler.camel.KeyedQueueComponent;
import org.homelab.autoscaler.camel.ProbeRoutes;
import org.homelab.autoscaler.camel.WorthChecking;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.cloudprovider.ProviderSettings;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.homelab.autoscaler.fleet.InstanceIds;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Price;
import org.homelab.autoscaler.flows.Messages;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.kubernetes.Authorities;
import org.homelab.autoscaler.kubernetes.CatchUp;
import org.homelab.autoscaler.kubernetes.Custody;
import org.homelab.autoscaler.kubernetes.Drain;
import org.homelab.autoscaler.kubernetes.EnergyBook;
import org.homelab.autoscaler.kubernetes.Events;
import org.homelab.autoscaler.kubernetes.FleetFeed;
import org.homelab.autoscaler.kubernetes.GroupStatusWriter;
import org.homelab.autoscaler.kubernetes.KubernetesNodes;
import org.homelab.autoscaler.kubernetes.MachineStatusWriter;
import org.homelab.autoscaler.kubernetes.NodeLeases;
import org.homelab.autoscaler.kubernetes.PowerIntents;
import org.homelab.autoscaler.kubernetes.PowerJobs;
import org.homelab.autoscaler.kubernetes.PowerPodsLeft;
import org.homelab.autoscaler.kubernetes.PowerStops;
import org.homelab.autoscaler.kubernetes.TariffBook;
import org.homelab.autoscaler.metrics.Metrics;
import org.homelab.autoscaler.page.PageServer;
import org.homelab.autoscaler.page.Playground;
import org.homelab.autoscaler.power.Clearances;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.probe.Pages;
import org.homelab.autoscaler.probe.Prober;
import org.homelab.autoscaler.recipes.Plans;
import org.homelab.autoscaler.trace.Traces;

/** Puts the parts together under the names that the routes call them by. */
final class Wiring {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Settings settings;
  private final KubernetesClient client;
  private final Clock clock;
  private final Optional<Playground> playground;
  private final ApiCalls calls;

  Wiring(
      Settings settings,
      KubernetesClient client,
      Clock clock,
      Optional<Playground> playground,
      ApiCalls calls) {
    this.calls = calls;
    this.settings = settings;
    this.client = client;
    this.clock = clock;
    this.playground = playground;
  }

  /**
   * Binds every bean that a route names.
   *
   * @return the page, to be started once everything else has, unless it is not wanted
   */
  Optional<PageServer> bind(CamelContext context) throws Exception {
    var informers = new InformerComponent();
    informers.setWatchDuration(settings.duration(Setting.WATCH_DURATION));
    context.addComponent("k8s-informer", informers);
    InformerRegistry watches = informers.informers();
    Replica replica = Replica.of(settings, client, calls, context, watches);
    KubernetesClient acting = replica.client();
    context.addComponent("grpc", grpc(context));
    var synced = new FirstSync(context, watches);
    var recipeWiring = new RecipeWiring(settings, client, clock);
    var recipes = recipeWiring.catalogue();
    var fleet =
        new Fleet(
            groupIds(settings.namespace()), new Plans(recipes), instanceIds(settings.namespace()));
    var feed = new FleetFeed(fleet);
    var told = new InBackground(context, "events");
    context.addService(told);
    var events = new Events(client, Replica.hostName(), clock, told);
    var drain = new Drain(acting, feed, clock);
    Traces traces = TracesWiring.traces(settings, context);
    var intents = new PowerIntents(client, fleet, feed, events, clock, PATIENCE, traces);
    PowerPolicy.Defaults defaults = Policies.defaults(settings);
    Metrics metrics = Measures.metrics(context, fleet, defaults, clock);
    int threads = settings.number(Setting.HEALTH_CHECK_THREADS);
    var worthwhile = new WorthChecking(context, fleet);
    var checks = new HealthCheckPool(context, "direct:health-check", threads, worthwhile);
    var tariff =
        new TariffBook(
            client,
            settings.namespace(),
            settings.text(Setting.ENERGY_TARIFF_CONFIG_MAP),
            settings.energyZone(),
            settings.energyTariff());
    context.getRegistry().bind("tariff", tariff);
    var page = new PageWiring(settings, client, clock, tariff);
    var energy = new EnergyBook(feed, page.pods(), settings.energyZone(), clock);
    new Measures(context, metrics, watches, checks, fleet, energy).start(calls);

    var caughtUp = new CatchUp(client, settings.namespace(), feed, replica.leadership()::term);

    Registry registry = context.getRegistry();
    registry.bind("kubernetesClient", KubernetesClient.class, client);
    registry.bind("fleet", fleet);
    registry.bind("feed", feed);
    BooleanSupplier current =
        () -> synced.getAsBoolean() && watches.hearing() && caughtUp.getAsBoolean();
    var clearances =
        new Clearances(
            new PowerStops(acting, feed),
            new PowerPodsLeft(acting, settings.namespace()),
            fleet::machines,
            replica.leadership()::term,
            () -> replica.leadership().leading() && current.getAsBoolean());
    registry.bind("clearances", clearances);
    var desk =
        new Desk(
            fleet,
            machine -> drain.look(machine, drainPolicy(fleet, machine)),
            clearances,
            defaults,
            clock,
            current);
    registry.bind("power", desk);
    registry.bind("flows", flows(context, fleet, feed, desk));
    registry.bind(
        "status", new MachineStatusWriter(acting, feed, events, metrics::transition, traces));
    var jobs = new PowerJobs(acting, feed, Policies.powerPods(settings));
    registry.bind("jobs", jobs);
    recipeWiring.bind(registry, fleet, recipes, jobs, replica.leadership()::leading);
    registry.bind("drain", drain);
    registry.bind("nodes", new KubernetesNodes(acting, feed));
    registry.bind("intents", intents);
    registry.bind("custody", new Custody(acting, fleet, feed, defaults));
    registry.bind(
        "groupStatus", new GroupStatusWriter(acting, fleet, feed, defaults, energy, events, clock));
    registry.bind("grpcErrors", new GrpcErrors(metrics::answered));
    registry.bind(
        "cloudProvider",
        new CloudProviderService(
            fleet,
            intents,
            clock,
            new ProviderSettings(
                defaults, settings.text(Setting.GPU_LABEL), PATIENCE, prices(energy, tariff)),
            synced,
            watches::hearing,
            traces));
    registry.bind("healthChecks", healthChecks(context, fleet, checks, metrics));
    registry.bind("podTally", page.pods());
    return settings.flag(Setting.PAGE_ENABLED)
        ? Optional.of(
            page.page(
                context,
                fleet,
                feed,
                defaults,
                watches,
                synced,
                Replica.hostName(),
                replica.leadership(),
                metrics::lastRefresh,
                energy,
                playground))
        : Optional.empty();
  }

  /** What a machine draws at the price of this hour, else what its owner says. */
  private Function<Machine, Optional<Price>> prices(EnergyBook energy, TariffBook tariff) {
    return machine ->
        tariff
            .get()
            .flatMap(
                price ->
                    energy
                        .declared(machine)
                        .map(watts -> price.priced(watts, machine.spec().price(), clock.instant())))
            .or(() -> machine.spec().price());
  }

  private GrpcServerComponent grpc(CamelContext context) {
    var grpc =
        new GrpcServerComponent(
            settings.duration(Setting.GRPC_TLS_RELOAD),
            settings.duration(Setting.GRPC_CONNECTION_GRACE),
            CloudProviderService.LOOK_UPS);
    context.getRegistry().bind("grpcMetrics", new GrpcMetrics(grpc, clock));
    return grpc;
  }

  private Flows flows(CamelContext context, Fleet fleet, FleetFeed feed, Desk desk)
      throws Exception {
    KeyedQueue<Object> machines =
        context.getComponent("keyed-queue", KeyedQueueComponent.class).queue("machines");
    var flows =
        new Flows(
            context,
            fleet,
            new Messages(feed::annotations),
            clock,
            context.getExecutorServiceManager().newCachedThreadPool(this, "flow"),
            settings.duration(Setting.FLOWS_PATIENCE),
            desk::withhold,
            machines::add);
    context.addService(flows);
    return flows;
  }

  private HealthChecks healthChecks(
      CamelContext context, Fleet fleet, HealthCheckPool pool, Metrics metrics) throws Exception {
    var routes = new ProbeRoutes(context, settings.number(Setting.HEALTH_CHECK_THREADS));
    context.addService(pool);
    context.addService(routes);
    var pages = new Pages(new Authorities(client, clock)::pem);
    return new HealthChecks(
        fleet,
        new HealthCheckSchedules(context, pool),
        new Schedule(settings.text(Setting.HEALTH_CHECK_SCHEDULE), ZoneOffset.UTC),
        new Prober(pages, routes),
        new NodeLeases(client)::renewed,
        metrics::probed,
        clock);
  }

  private static DrainPolicy drainPolicy(Fleet fleet, Machine machine) {
    return machine
        .group()
        .flatMap(fleet::group)
        .map(GroupSnapshot::policy)
        .orElse(GroupPolicy.NONE)
        .drainPolicy();
  }

  /** The same for machines that have not joined. */
  static InstanceIds instanceIds(String namespace) {
    return namespace.equals("*") ? InstanceIds.ofAllNamespaces() : InstanceIds.ofOneNamespace();
  }

  /** With one namespace a group's name says which it is; with all, the namespace comes first. */
  static Function<ObjectKey, String> groupIds(String namespace) {
    return namespace.equals("*") ? key -> key.namespace() + "." + key.name() : ObjectKey::name;
  }
}
