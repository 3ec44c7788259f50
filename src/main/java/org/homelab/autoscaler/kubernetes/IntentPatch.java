package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;

/** One guarded write of a Node's powerState, with who asked for it. */
final class IntentPatch {
  private static final int TRIES = 3;

  private final KubernetesClient client;

  IntentPatch(KubernetesClient client) {
    this.client = client;
  }

  static String marked(String why, String mark) {
    return why + " (" + mark + ")";
  }

  static boolean carries(Node node, String mark) {
    return Meta.annotation(node, Api.REQUESTED_BY_ANNOTATION)
        .filter(why -> why.endsWith("(" + mark + ")"))
        .isPresent();
  }

  Optional<Node> read(ObjectKey key) {
    return Optional.ofNullable(
        client.resources(Node.class).inNamespace(key.namespace()).withName(key.name()).get());
  }

  StaleLook gone(ObjectKey key) {
    return new StaleLook(key + " is gone");
  }

  /**
   * Writes.
   *
   * @return the Node as it is now
   * @throws StaleLook if it is gone or no longer at that revision
   */
  Node write(ObjectKey key, String revision, PowerState desired, String why) {
    Map<String, Object> change =
        Map.of(
            "metadata",
            Map.of(
                "resourceVersion",
                revision,
                "annotations",
                Map.of(Api.REQUESTED_BY_ANNOTATION, why)),
            "spec",
            Map.of("powerState", desired));
    var target = new Node();
    target.getMetadata().setNamespace(key.namespace());
    target.getMetadata().setName(key.name());
    try {
      return client
          .resource(target)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              client.getKubernetesSerialization().asJson(change));
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        throw new StaleLook(key + " has changed since it was looked at");
      }
      if (refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        throw gone(key);
      }
      throw refused;
    }
  }

  /**
   * Gives the Node the powerState that the machine was seen with, if this mark is on it.
   *
   * @return the Node as it is now; nothing if it is gone
   */
  Optional<Node> takeBack(Machine seen, String mark) {
    for (int attempt = 1; ; attempt++) {
      Optional<Node> now = read(seen.key());
      if (now.filter(node -> carries(node, mark)).isEmpty()) {
        return now;
      }
      try {
        return Optional.of(
            write(
                seen.key(),
                Meta.revision(now.get()),
                seen.spec().desired(),
                marked("taken back: the order was not carried out", mark + ", taken back")));
      } catch (StaleLook changed) {
        if (attempt == TRIES) {
          throw changed;
        }
      }
    }
  }
}
