package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.homelab.autoscaler.camel.Desk;
import org.homelab.autoscaler.camel.FirstSync;
import org.homelab.autoscaler.camel.GrpcErrors;
import org.homelab.autoscaler.camel.HealthCheckSchedules;
import org.homelab.autoscaler.camel.HealthChecks;
import org.homelab.autoscaler.camel.InformerComponent;
import org.homelab.autoscaler.camel.InformerRegistry;
import org.homelab.autoscaler.camel.SingleClusterService;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.cloudprovider.ProviderSettings;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.kubernetes.Drain;
import org.homelab.autoscaler.kubernetes.Events;
import org.homelab.autoscaler.kubernetes.FleetFeed;
import org.homelab.autoscaler.kubernetes.GroupStatusWriter;
import org.homelab.autoscaler.kubernetes.KubernetesNodes;
import org.homelab.autoscaler.kubernetes.MachineStatusWriter;
import org.homelab.autoscaler.kubernetes.PowerIntents;
import org.homelab.autoscaler.kubernetes.PowerJobs;
import org.homelab.autoscaler.power.PowerPolicy;

/** Puts the parts together under the names that the routes call them by. */
final class Wiring {
  private static final int LONGEST_BACK_OFF = 30;
  private static final Duration WATCH_LOST = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Settings settings;
  private final KubernetesClient client;
  private final Clock clock;

  Wiring(Settings settings, KubernetesClient client, Clock clock) {
    this.settings = settings;
    this.client = client;
    this.clock = clock;
  }

  /** Binds every bean that a route names. */
  void bind(CamelContext context) throws Exception {
    context.addService(new SingleClusterService());
    var informers = new InformerComponent();
    context.addComponent("k8s-informer", informers);
    InformerRegistry watches = informers.informers();
    var synced = new FirstSync(context, watches);
    var fleet = new Fleet(groupIds(settings.namespace()));
    var feed = new FleetFeed(fleet);
    var events = new Events(client, instance(), clock);
    var drain = new Drain(client, feed, clock);
    var intents = new PowerIntents(client, fleet, feed, events);
    PowerPolicy.Defaults defaults = defaults();

    Registry registry = context.getRegistry();
    registry.bind("kubernetesClient", KubernetesClient.class, client);
    registry.bind("fleet", fleet);
    registry.bind("feed", feed);
    registry.bind(
        "power", new Desk(fleet, drain::look, defaults, clock, synced, intents::underOrder));
    registry.bind("status", new MachineStatusWriter(client, feed, events));
    registry.bind("jobs", new PowerJobs(client, feed));
    registry.bind("drain", drain);
    registry.bind("nodes", new KubernetesNodes(client, feed));
    registry.bind("intents", intents);
    registry.bind("groupStatus", new GroupStatusWriter(client, fleet, feed, defaults, clock));
    registry.bind("grpcErrors", new GrpcErrors());
    registry.bind(
        "cloudProvider",
        new CloudProviderService(
            fleet,
            intents,
            clock,
            new ProviderSettings(defaults, settings.text(Setting.GPU_LABEL), PATIENCE),
            synced,
            () -> watches.watchAge().compareTo(WATCH_LOST) < 0));
    registry.bind("healthChecks", healthChecks(context, fleet));
  }

  private HealthChecks healthChecks(CamelContext context, Fleet fleet) {
    var schedules = new HealthCheckSchedules(context, "direct:health-check");
    return new HealthChecks(fleet, schedules, settings.text(Setting.HEALTH_CHECK_SCHEDULE));
  }

  private PowerPolicy.Defaults defaults() {
    PowerPolicy.Defaults standard = PowerPolicy.Defaults.STANDARD;
    Duration backOff = settings.duration(Setting.BACK_OFF);
    String own = settings.text(Setting.NODE_NAME);
    return new PowerPolicy.Defaults(
        standard.shutdown(),
        standard.drain(),
        settings.duration(Setting.SETTLE),
        backOff,
        backOff.multipliedBy(LONGEST_BACK_OFF),
        settings.number(Setting.QUARANTINE_FAILURES),
        own.isEmpty() ? Set.of() : Set.of(own));
  }

  /** Which of several replicas this is: in a pod, the host name is the pod's. */
  private static String instance() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "homelab-autoscaler";
    }
  }

  /** With one namespace a group's name says which it is; with all, the namespace comes first. */
  static Function<ObjectKey, String> groupIds(String namespace) {
    return namespace.equals("*") ? key -> key.namespace() + "." + key.name() : ObjectKey::name;
  }
}
