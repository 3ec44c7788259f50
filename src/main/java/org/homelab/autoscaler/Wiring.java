package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.homelab.autoscaler.camel.Desk;
import org.homelab.autoscaler.camel.GrpcErrors;
import org.homelab.autoscaler.camel.HealthCheckSchedules;
import org.homelab.autoscaler.camel.HealthChecks;
import org.homelab.autoscaler.camel.InformerComponent;
import org.homelab.autoscaler.camel.KeyedQueueComponent;
import org.homelab.autoscaler.camel.RouteFiles;
import org.homelab.autoscaler.camel.SingleClusterService;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
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
  private final Settings settings;
  private final KubernetesClient client;
  private final Clock clock = Clock.systemUTC();

  Wiring(Settings settings, KubernetesClient client) {
    this.settings = settings;
    this.client = client;
  }

  /** The application, ready to be started. */
  Main assemble() {
    Main main = new Main();
    var fleet = new Fleet(groupIds());
    main.bind("kubernetesClient", KubernetesClient.class, client);
    main.bind("fleet", fleet);
    main.bind("clusterService", new SingleClusterService());
    main.bind("grpcErrors", new GrpcErrors());
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport starting) {
            beans(main.getCamelContext(), fleet);
          }
        });
    main.setDefaultPropertyPlaceholderLocation("false");
    settings.properties().forEach((key, value) -> main.addInitialProperty((String) key, (String) value));
    camelProperties().forEach((key, value) -> main.addInitialProperty((String) key, (String) value));
    main.configure().addRoutesBuilder(RouteFiles.of(routes(), customRoutes()));
    return main;
  }
}
