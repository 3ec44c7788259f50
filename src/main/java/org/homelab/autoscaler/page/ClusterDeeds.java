package org.homelab.autoscaler.page;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.List;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people may do to real machines: only what their own Kubernetes token lets them do with
 * kubectl. The token is asked about for each deed and kept nowhere.
 */
public final class ClusterDeeds implements Deeds {
  private static final Logger LOG = LoggerFactory.getLogger("page");

  private final KubernetesClient client;
  private final MachineDeeds machines;

  /** Deeds in that cluster. */
  public ClusterDeeds(KubernetesClient client, Clock clock) {
    this.client = client;
    this.machines = new MachineDeeds(client, clock);
  }

  @Override
  public Offer offer() {
    return new Offer(true, MachineDeeds.NAMES, List.of());
  }

  @Override
  public String act(Request request) {
    String token =
        request
            .token()
            .orElseThrow(
                () -> new Refused(401, "enter your Kubernetes token: kubectl create token NAME"));
    ObjectKey machine = MachineDeeds.machine(request);
    UserInfo user = user(token);
    requirePermission(user, machine);
    String done = machines.act(request, user.getUsername());
    LOG.info("machine={} deed={} user={}", machine, request.deed(), user.getUsername());
    return done;
  }

  private UserInfo user(String token) {
    TokenReview answer =
        ask(
            () ->
                client
                    .resource(
                        new TokenReviewBuilder().withNewSpec().withToken(token).endSpec().build())
                    .create());
    if (answer.getStatus() == null || !Boolean.TRUE.equals(answer.getStatus().getAuthenticated())) {
      throw new Refused(401, "the token is not valid, or no longer: kubectl create token NAME");
    }
    return answer.getStatus().getUser();
  }

  private void requirePermission(UserInfo user, ObjectKey machine) {
    SubjectAccessReview answer =
        ask(
            () ->
                client
                    .resource(
                        new SubjectAccessReviewBuilder()
                            .withNewSpec()
                            .withUser(user.getUsername())
                            .withUid(user.getUid())
                            .withGroups(user.getGroups())
                            .withExtra(user.getExtra())
                            .withNewResourceAttributes()
                            .withGroup(Api.GROUP)
                            .withVersion(Api.VERSION)
                            .withResource("nodes")
                            .withVerb("patch")
                            .withNamespace(machine.namespace())
                            .withName(machine.name())
                            .endResourceAttributes()
                            .endSpec()
                            .build())
                    .create());
    if (answer.getStatus() == null || !Boolean.TRUE.equals(answer.getStatus().getAllowed())) {
      throw new Refused(
          403,
          user.getUsername()
              + " may not patch nodes."
              + Api.GROUP
              + " "
              + machine
              + ": ask for a Role that allows it");
    }
  }

  private static <T> T ask(java.util.function.Supplier<T> question) {
    try {
      return question.get();
    } catch (KubernetesClientException failed) {
      throw new Refused(
          409, "the Kubernetes API could not be asked who you are (code " + failed.getCode() + ")");
    }
  }
}
