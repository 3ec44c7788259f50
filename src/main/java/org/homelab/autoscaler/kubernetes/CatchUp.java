package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every Group and Node once after this replica has begun to lead. Whatever the leader before
 * it gave a command for was claimed while that one led, so it is in this list, and a watch that
 * lags behind cannot make the new leader give the same place of a group or circuit away again.
 */
public final class CatchUp implements BooleanSupplier {
  private static final Logger LOG = LoggerFactory.getLogger("leader");

  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final String namespace;
  private final FleetFeed feed;
  private final LongSupplier term;
  private long known;

  /**
   * For the leader of that cluster.
   *
   * @param namespace where Groups and Nodes lie; {@code *} for all
   * @param term changes whenever this replica begins to lead; 0 for one that is alone
   */
  public CatchUp(KubernetesClient client, String namespace, FleetFeed feed, LongSupplier term) {
    this.client = client;
    this.namespace = namespace;
    this.feed = feed;
    this.term = term;
  }

  /** Whether the fleet holds all that was claimed before this term; reads it if need be. */
  @Override
  public synchronized boolean getAsBoolean() {
    long current = term.getAsLong();
    if (known != current && read()) {
      known = current;
    }
    return known == current;
  }

  private boolean read() {
    try {
      each(Group.class, feed::wrote);
      each(Node.class, feed::wrote);
      return true;
    } catch (KubernetesClientException failure) {
      LOG.debug("what was claimed before could not be read yet", failure);
      return false;
    }
  }

  /** Page by page of one and the same list, so that a large one is not in memory as a whole. */
  private <T extends HasMetadata> void each(Class<T> type, Consumer<T> taken) {
    var everywhere = client.resources(type);
    String next = null;
    do {
      ListOptions page = new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
      var some =
          namespace.equals("*")
              ? everywhere.inAnyNamespace().list(page)
              : everywhere.inNamespace(namespace).list(page);
      some.getItems().forEach(taken);
      next = some.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }
}
