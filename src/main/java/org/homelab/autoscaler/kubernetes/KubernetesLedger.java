package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.cloudprovider.Ledger;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Order;

/** The Groups and Nodes of a Kubernetes API. Asks once, because somebody is waiting. */
final class KubernetesLedger implements Ledger {
  private static final int TOO_MANY_REQUESTS = 429;

  private final KubernetesClient client;
  private final FleetFeed feed;
  private final Events events;

  KubernetesLedger(KubernetesClient client, FleetFeed feed, Events events) {
    this.client = Impatient.of(client);
    this.feed = feed;
    this.events = events;
  }

  @Override
  public Optional<DeclaredGroup> group(ObjectKey key) {
    Optional<Group> found =
        answer(
            "Group " + key,
            () ->
                Optional.ofNullable(
                    client
                        .resources(Group.class)
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get()));
    found.ifPresentOrElse(feed::wrote, () -> feed.storedGroup(key).ifPresent(feed::groupGone));
    return found.map(GroupReader::read);
  }

  @Override
  public DeclaredGroup write(DeclaredGroup seen, Order order) {
    Group stored =
        feed.storedGroup(seen.key())
            .filter(group -> Meta.revision(group).equals(seen.revision()))
            .orElseThrow(() -> changed("Group " + seen.key()));
    GroupStatus.Order wanted = GroupOrderStatus.write(order);
    GroupStatus status = GroupStatus.with(stored.getStatus(), wanted);
    Group written =
        answer("Group " + seen.key(), () -> StatusPatch.write(client, new Group(), stored, status));
    feed.wrote(written);
    checkNothingWasDropped(written, wanted);
    if (order.phase() == Order.Phase.TAKEN_BACK) {
      events.takenBack(written, order);
    }
    return GroupReader.read(written);
  }

  /** An older CRD drops the order; to go on would be to write it under nobody's eyes. */
  private static void checkNothingWasDropped(Group written, GroupStatus.Order wanted) {
    GroupStatus status = written.getStatus();
    if (status == null || !wanted.equals(status.order())) {
      throw new IllegalStateException(
          "the API server dropped status.order of Group "
              + Meta.key(written)
              + ": its CRD is older than this version, apply kustomize/crd");
    }
  }

  @Override
  public Optional<Declared> machine(ObjectKey key) {
    Optional<Node> found =
        answer(
            "Node " + key,
            () ->
                Optional.ofNullable(
                    client
                        .resources(Node.class)
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get()));
    found.ifPresentOrElse(feed::wrote, () -> feed.storedMachine(key).ifPresent(feed::machineGone));
    return found.map(NodeReader::read);
  }

  @Override
  public Declared write(ObjectKey machine, String revision, Entry entry) {
    Map<String, String> annotations = new HashMap<>();
    annotations.put(Api.ORDER_ANNOTATION, entry.mark());
    entry.why().ifPresent(why -> annotations.put(Api.REQUESTED_BY_ANNOTATION, why));
    entry.lost().ifPresent(lost -> annotations.put(Api.GIVEN_UP_ANNOTATION, String.valueOf(lost)));
    Map<String, Object> change =
        Map.of(
            "metadata",
            Map.of("resourceVersion", revision, "annotations", annotations),
            "spec",
            Map.of("powerState", entry.desired()));
    var target = new Node();
    target.getMetadata().setNamespace(machine.namespace());
    target.getMetadata().setName(machine.name());
    Node written =
        answer(
            "Node " + machine,
            () ->
                client
                    .resource(target)
                    .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(change)));
    feed.wrote(written);
    return NodeReader.read(written);
  }

  @Override
  public void refresh(DeclaredGroup group) {
    String namespace = group.key().namespace();
    var nodes = client.resources(Node.class).inNamespace(namespace);
    boolean byLabel = group.policy().nodeSelector().isEmpty();
    answer(
            "Nodes of " + namespace,
            () ->
                byLabel
                    ? nodes.withLabel(Api.GROUP_LABEL, group.key().name()).list().getItems()
                    : nodes.list().getItems())
        .forEach(feed::wrote);
  }

  private static Changed changed(String what) {
    return new Changed(what + " has changed since it was looked at");
  }

  /** The answer to a request, or in which way it failed. */
  private static <T> T answer(String what, Supplier<T> request) {
    try {
      return request.get();
    } catch (KubernetesClientException failed) {
      int code = failed.getCode();
      if (code == HttpURLConnection.HTTP_CONFLICT || code == HttpURLConnection.HTTP_NOT_FOUND) {
        throw changed(what);
      }
      boolean refused = code >= 400 && code < 500 && code != TOO_MANY_REQUESTS && code != 408;
      throw refused
          ? new Refused(what + ": " + failed.getMessage(), failed)
          : new Unanswered(what + ": " + failed.getMessage(), failed);
    }
  }
}
