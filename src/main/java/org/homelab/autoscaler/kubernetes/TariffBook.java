package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;
import org.homelab.autoscaler.energy.Tariff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What energy costs: as configured, or as a ConfigMap says, which a flow of the user's may write
 * whenever the price changes. It is read once a minute; whoever asks for the tariff waits for
 * nobody.
 */
public final class TariffBook implements Supplier<Optional<Tariff>> {
  /** Entry of the ConfigMap that holds the tariff. */
  public static final String ENTRY = "tariff";

  private static final Logger LOG = LoggerFactory.getLogger(TariffBook.class);

  private final KubernetesClient client;
  private final String namespace;
  private final String configMap;
  private final ZoneId zone;
  private final Optional<Tariff> configured;
  private volatile Optional<Tariff> current;
  private volatile String lastProblem = "";

  /**
   * A book.
   *
   * @param configMap name of the ConfigMap; empty for none
   * @param configured what holds where the ConfigMap says nothing
   */
  public TariffBook(
      KubernetesClient client,
      String namespace,
      String configMap,
      ZoneId zone,
      Optional<Tariff> configured) {
    this.client = client;
    this.namespace = namespace;
    this.configMap = configMap;
    this.zone = zone;
    this.configured = configured;
    this.current = configured;
  }

  @Override
  public Optional<Tariff> get() {
    return current;
  }

  /** Reads the ConfigMap; one that cannot be read or understood leaves the price as it was. */
  public void read() {
    if (configMap.isEmpty()) {
      return;
    }
    try {
      ConfigMap found = client.configMaps().inNamespace(namespace).withName(configMap).get();
      Optional<String> text =
          Optional.ofNullable(found)
              .map(ConfigMap::getData)
              .map(data -> data.get(ENTRY))
              .flatMap(Meta::present);
      current = text.map(given -> Tariff.parse(given.strip(), zone)).or(() -> configured);
      lastProblem = "";
    } catch (IllegalArgumentException unreadable) {
      tell("entry " + ENTRY + " of ConfigMap " + configMap + ": " + unreadable.getMessage());
    } catch (KubernetesClientException refused) {
      tell(
          "ConfigMap %s cannot be read (code %d): the operator's role needs get on it"
              .formatted(configMap, refused.getCode()));
    }
  }

  private void tell(String problem) {
    if (!problem.equals(lastProblem)) {
      LOG.warn("the price of energy stays as it was: {}", problem);
    }
    lastProblem = problem;
  }
}
