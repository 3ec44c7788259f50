package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.homelab.autoscaler.energy.Tariff;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TariffBookTest {
  private static final Tariff STANDARD = Tariff.parse("0.30", ZoneOffset.UTC);

  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private KubernetesClient client;
  private TariffBook book;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    book = new TariffBook(client, "lab", "price", ZoneOffset.UTC, Optional.of(STANDARD));
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  private void write(String tariff) {
    client.configMaps().inNamespace("lab").withName("price").delete();
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("lab")
                .withName("price")
                .endMetadata()
                .addToData(TariffBook.ENTRY, tariff)
                .build())
        .create();
    book.read();
  }

  private String price() {
    return book.get().orElseThrow().at(Instant.EPOCH).toPlainString();
  }

  @Test
  void theConfiguredPriceHoldsUntilTheConfigMapSaysAnother() {
    book.read();
    assertThat(price()).isEqualTo("0.30");

    write("0.11");
    assertThat(price()).isEqualTo("0.11");
  }

  @Test
  void whatCannotBeUnderstoodLeavesThePriceAsItWas() {
    write("0.11");
    write("cheap");
    assertThat(price()).isEqualTo("0.11");
  }
}
