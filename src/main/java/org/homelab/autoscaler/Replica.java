package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.health.HealthCheckRegistry;
import org.homelab.autoscaler.camel.InformerRegistry;
import org.homelab.autoscaler.camel.LeaderElection;
import org.homelab.autoscaler.camel.LeaderHealthCheck;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.kubernetes.KubernetesLease;
import org.homelab.autoscaler.kubernetes.LeaderClient;
import org.homelab.autoscaler.leader.Campaign;
import org.homelab.autoscaler.leader.Leadership;
import org.homelab.autoscaler.leader.TimeSource;

/**
 * This process as one of several: every one answers the Cluster Autoscaler, the one that leads
 * acts.
 *
 * @param leadership whether this one leads
 * @param client for what only the leader writes
 */
record Replica(Leadership leadership, KubernetesClient client) {
  private static final String TAKE_OVER = "direct:take-over";

  /** Alone in simulate mode, else one that stands for election as soon as it knows everything. */
  static Replica of(
      Settings settings,
      KubernetesClient client,
      ApiCalls calls,
      CamelContext context,
      InformerRegistry informers)
      throws Exception {
    Replica replica =
        settings.simulate()
            ? new Replica(Leadership.always(), client)
            : elected(settings, client, calls, context, informers);
    context.getRegistry().bind("leadership", replica.leadership());
    context.getRegistry().bind("leaderMetrics", replica.metrics());
    return replica;
  }

  private static Replica elected(
      Settings settings,
      KubernetesClient client,
      ApiCalls calls,
      CamelContext context,
      InformerRegistry informers)
      throws Exception {
    TimeSource time = TimeSource.system();
    Leadership leadership = Leadership.under(settings.terms(), time);
    var key = new ObjectKey(namespace(settings), settings.text(Setting.LEADER_LEASE));
    KubernetesLease lease = KubernetesLease.of(key, client, calls);
    var campaign = new Campaign(lease, identity(settings), settings.terms(), leadership, time);
    KubernetesClient acting = LeaderClient.of(client, calls, leadership);
    context.addService(new LeaderElection(campaign, lease, acting));
    informers.whenAllSynced(
        () -> {
          leadership.whenTaken(() -> lookAtEverything(context));
          campaign.begin();
        });
    tellHealth(context, leadership, campaign::leader);
    return new Replica(leadership, acting);
  }

  private static void lookAtEverything(CamelContext context) {
    try (ProducerTemplate template = context.createProducerTemplate()) {
      template.sendBody(TAKE_OVER, null);
    } catch (IOException declaredOnly) {
      throw new UncheckedIOException(declaredOnly);
    }
  }

  private static void tellHealth(
      CamelContext context, Leadership leadership, Supplier<Optional<String>> leader) {
    HealthCheckRegistry checks = HealthCheckRegistry.get(context);
    if (checks != null) {
      checks.register(new LeaderHealthCheck(leadership, leader));
    }
  }

  private MeterBinder metrics() {
    return registry ->
        Gauge.builder("homelab.leader", leadership, leads -> leads.leading() ? 1 : 0)
            .description("1 on the replica that leads and acts, 0 on the others")
            .register(registry);
  }

  /** Unlike that of any other replica; in a pod, the pod's name. */
  private static String identity(Settings settings) {
    String given = settings.text(Setting.POD_NAME);
    String suffix = UUID.randomUUID().toString().substring(0, 8);
    return given.isEmpty() ? hostName() + "-" + suffix : given;
  }

  /** What this host, or the pod in it, is called. */
  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "homelab-autoscaler";
    }
  }

  private static String namespace(Settings settings) {
    String ours = settings.namespace();
    return ours.equals("*") ? Settings.ownNamespace() : ours;
  }
}
