package org.homelab.autoscaler.bench;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;

/**
 * What orders cannot do without, written by the harness itself, in a namespace that nobody watches:
 * the floor of an order. For each Group its order begun and committed; for each machine its wanted
 * power, the claim, the Job, and the note that it was given.
 */
final class PlainOrders {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final World world;
  private final String namespace;
  private final int groups;
  private final int each;

  PlainOrders(World world, int groups, int each) throws Exception {
    this.world = world;
    this.groups = groups;
    this.each = each;
    this.namespace = world.controlPlane().newNamespace("plain");
    world.populate(namespace, groups, groups * each);
  }

  /** Milliseconds until the last of them is written. */
  double write() throws Exception {
    List<Callable<Object>> orders = new ArrayList<>();
    List<Callable<Object>> commands = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      int group = i;
      orders.add(() -> order(group));
      machines(group).forEach(machine -> commands.add(() -> command(machine)));
    }
    long start = System.nanoTime();
    World.all(orders);
    World.all(commands);
    return (System.nanoTime() - start) / 1e6;
  }

  private List<String> machines(int group) {
    return IntStream.range(group * each, (group + 1) * each).mapToObj(World::machine).toList();
  }

  private Object order(int group) {
    patch(
        named(new Group(), World.group(group)),
        """
        {"status": {"order": {"number": 1, "by": "bench-1", "phase": "Writing",
          "powerState": "on", "machines": ["%s"], "at": "2026-11-01T06:00:00Z"}}}
        """
            .formatted(String.join("\", \"", machines(group))),
        true);
    for (String machine : machines(group)) {
      patch(
          named(new Node(), machine),
          """
          {"metadata": {"annotations": {"homelab-autoscaler.dev/order": "1 of 0"}},
            "spec": {"powerState": "on"}}
          """,
          false);
    }
    return patch(
        named(new Group(), World.group(group)),
        "{\"status\": {\"order\": {\"phase\": \"Committed\"}}}",
        true);
  }

  private Object command(String machine) {
    patch(
        named(new Node(), machine),
        """
        {"status": {"progress": "startingup", "attempts": 1, "operation": {"type": "startup",
          "startedAt": "2026-11-01T06:00:00Z", "attempt": 1, "claimedAt": "2026-11-01T06:00:00Z"}}}
        """,
        true);
    world.client().resource(job(machine)).create();
    return patch(
        named(new Node(), machine),
        "{\"status\": {\"operation\": {\"job\": \"%s-startup-1\"}}}".formatted(machine),
        true);
  }

  private Job job(String machine) {
    return new JobBuilder()
        .withMetadata(named(new Job(), machine + "-startup-1").getMetadata())
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("power")
        .withImage("power:1")
        .withCommand("wake")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private <T extends HasMetadata> T named(T resource, String name) {
    if (resource.getMetadata() == null) {
      resource.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMeta());
    }
    resource.getMetadata().setNamespace(namespace);
    resource.getMetadata().setName(name);
    return resource;
  }

  private Object patch(HasMetadata target, String change, boolean ofStatus) {
    var resource = world.client().resource(target);
    return ofStatus
        ? resource.subresource("status").patch(MERGE, change)
        : resource.patch(MERGE, change);
  }
}
