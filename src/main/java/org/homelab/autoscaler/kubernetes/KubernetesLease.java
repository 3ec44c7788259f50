package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.leader.LeaseRecord;
import org.homelab.autoscaler.leader.LeaseStore;

/**
 * A Lease of the Kubernetes API, by a client of its own that asks once and waits a few seconds:
 * with the usual one, a renewal that hangs would outlast the Lease.
 */
public final class KubernetesLease implements LeaseStore, AutoCloseable {
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(4);

  private final ObjectKey key;
  private final KubernetesClient client;

  private KubernetesLease(ObjectKey key, KubernetesClient client) {
    this.key = key;
    this.client = client;
  }

  /**
   * That Lease in the cluster of that client.
   *
   * @param calls is told of what is asked of it
   */
  public static KubernetesLease of(ObjectKey key, KubernetesClient client, ApiCalls calls) {
    Config impatient =
        new ConfigBuilder(client.getConfiguration())
            .withRequestRetryBackoffLimit(0)
            .withConnectionTimeout((int) LONGEST_CONNECT.toMillis())
            .withRequestTimeout((int) LONGEST_REQUEST.toMillis())
            .build();
    return new KubernetesLease(key, Connection.of(impatient, calls));
  }

  @Override
  public Optional<Seen> read() throws Unavailable {
    try {
      return Optional.ofNullable(lease().get())
          .map(found -> new Seen(record(found.getSpec()), Meta.revision(found)));
    } catch (KubernetesClientException failure) {
      throw unavailable(failure);
    }
  }

  @Override
  public void create(LeaseRecord lease) throws Conflict, Unavailable {
    try {
      client.resource(resource(lease, null)).create();
    } catch (KubernetesClientException failure) {
      throw refused(failure);
    }
  }

  @Override
  public void replace(LeaseRecord lease, String version) throws Conflict, Unavailable {
    try {
      client.resource(resource(lease, version)).update();
    } catch (KubernetesClientException failure) {
      throw refused(failure);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private Resource<Lease> lease() {
    return client.leases().inNamespace(key.namespace()).withName(key.name());
  }

  private Lease resource(LeaseRecord lease, String version) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace(key.namespace())
        .withName(key.name())
        .withResourceVersion(version)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(lease.holder().orElse(null))
        .withLeaseDurationSeconds((int) lease.duration().toSeconds())
        .withAcquireTime(time(lease.acquired()))
        .withRenewTime(time(lease.renewed()))
        .withLeaseTransitions(lease.transitions())
        .endSpec()
        .build();
  }

  private static LeaseRecord record(LeaseSpec spec) {
    LeaseSpec written = Optional.ofNullable(spec).orElseGet(LeaseSpec::new);
    return new LeaseRecord(
        Meta.present(written.getHolderIdentity()),
        Duration.ofSeconds(Optional.ofNullable(written.getLeaseDurationSeconds()).orElse(1)),
        instant(written.getAcquireTime()),
        instant(written.getRenewTime()),
        Optional.ofNullable(written.getLeaseTransitions()).orElse(0));
  }

  private Unavailable refused(KubernetesClientException failure) throws Conflict {
    if (failure.getCode() == HttpURLConnection.HTTP_CONFLICT) {
      throw new Conflict();
    }
    return unavailable(failure);
  }

  private Unavailable unavailable(KubernetesClientException failure) {
    if (failure.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
      return new Unavailable(
          "we may not get, create and update Lease "
              + key
              + ": kubectl apply -k kustomize/base gives our service account that right");
    }
    if (failure.getCode() > 0 && failure.getStatus() != null) {
      return new Unavailable(failure.getStatus().getMessage());
    }
    return new Unavailable(
        "the Kubernetes API at "
            + client.getMasterUrl()
            + " does not answer: "
            + innermost(failure));
  }

  private static String innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName();
  }

  private static ZonedDateTime time(Instant instant) {
    return instant.atZone(ZoneOffset.UTC);
  }

  private static Instant instant(ZonedDateTime time) {
    return time == null ? Instant.EPOCH : time.toInstant();
  }
}
