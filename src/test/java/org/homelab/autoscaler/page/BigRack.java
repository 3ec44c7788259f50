package org.homelab.autoscaler.page;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.camel.main.Main;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupSpec;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.cloudprovider.GroupSizes;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.kubernetes.FleetFeed;
import org.homelab.autoscaler.kubernetes.PodTally;
import org.homelab.autoscaler.power.Neighbours;
import org.homelab.autoscaler.power.PowerPolicy;

/** The page of a homelab of any size, without a cluster behind it: Nodes are fed by hand. */
final class BigRack implements AutoCloseable {
  private static final int IN_A_GROUP = 20;
  private static final String NAMESPACE = "lab";
  private static final List<String> WAY =
      List.of("shutdown", "startingup", "ready", "shuttingdown");

  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final FleetFeed feed = new FleetFeed(fleet);
  private final int port;
  private final Main main = new Main();
  private final KubernetesSerialization yaml = new KubernetesSerialization();
  private long revision;

  BigRack(int port, int machines) {
    this.port = port;
    for (int group = 0; group * IN_A_GROUP < machines; group++) {
      feed.group(group(group), "APPLIED");
    }
    for (int machine = 0; machine < machines; machine++) {
      step(machine, machine);
    }
  }

  void start() throws Exception {
    main.setDefaultPropertyPlaceholderLocation("false");
    main.addInitialProperty("camel.main.jmxEnabled", "false");
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", "127.0.0.1");
    main.addInitialProperty("camel.server.port", Integer.toString(port));
    main.start();
    var defaults = PowerPolicy.Defaults.STANDARD;
    var pods = new PodTally();
    var head =
        new RackView.Head(
            "replica-1",
            0,
            "cluster",
            true,
            true,
            0,
            null,
            new RackView.Waiting(0, List.of()),
            null);
    var source =
        new RackSource(
            fleet,
            feed,
            pods,
            (machine, group) ->
                PowerPolicy.of(
                    machine,
                    group == null ? GroupPolicy.NONE : group.policy(),
                    Neighbours.room(0),
                    defaults),
            group -> GroupSizes.of(group, defaults, Instant.now()),
            () -> head,
            Energies.UNKNOWN,
            Clock.systemUTC());
    new PageServer(main.getCamelContext(), port, source, Deeds.none(), new RequestGuard(false))
        .start();
  }

  /** Brings a machine to that step of its way, over and over. */
  void step(int machine, int step) {
    String progress = WAY.get(step % WAY.size());
    Instant now = Instant.now();
    feed.machine(
        yaml.unmarshal(
            """
            apiVersion: infra.homecluster.dev/v1alpha1
            kind: Node
            metadata: {namespace: lab, name: m%04d, uid: uid-%d, resourceVersion: "%d", labels: {group: rack-%d}}
            spec: {powerState: "%s", kubernetesNodeName: m%04d}
            status:
              powerState: ""
              progress: %s
              reason: Booting
              conditions:
                - {type: Progressing, status: "True", reason: Booting, message: "The power-on command was given."}
              history:
                - {at: "%s", progress: startingup, reason: PowerOnWanted}
                - {at: "%s", progress: ready, reason: NodeReady}
                - {at: "%s", progress: %s, reason: PowerOnWanted}
            """
                .formatted(
                    machine,
                    machine,
                    ++revision,
                    machine / IN_A_GROUP,
                    step % 4 < 2 ? "on" : "off",
                    machine,
                    progress,
                    now.minusSeconds(900),
                    now.minusSeconds(600),
                    now,
                    progress),
            Node.class),
        "APPLIED");
  }

  private static Group group(int number) {
    var group = new Group();
    group.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(NAMESPACE)
            .withName("rack-" + number)
            .withUid("uid-rack-" + number)
            .withResourceVersion("1")
            .build());
    group.setSpec(GroupSpec.EMPTY);
    return group;
  }

  @Override
  public void close() throws Exception {
    main.stop();
  }
}
