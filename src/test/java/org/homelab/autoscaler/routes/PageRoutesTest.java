package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.apache.camel.Exchange;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.homelab.autoscaler.camel.Headers;
import org.junit.jupiter.api.Test;

/** What the page shows beside what is known anyway. */
class PageRoutesTest extends RouteTest {
  PageRoutesTest() {
    super("page");
  }

  @Override
  public void configureContext(CamelContextConfiguration configuration) {
    super.configureContext(configuration);
    configuration.replaceRouteFromWith("watch-pods", "direct:watch-pods");
  }

  @Test
  void everyPodIsCounted() {
    Pod pod = new PodBuilder().withNewMetadata().withName("web").endMetadata().build();
    Exchange done =
        template.request(
            "direct:watch-pods",
            exchange -> {
              exchange.getMessage().setBody(pod);
              exchange.getMessage().setHeader(Headers.ACTION, "APPLIED");
            });
    assertThat(done.getException()).isNull();
    assertThat(flow.places()).containsExactly("watch-pods", "podTally.pod");
    assertThat(flow.bodyAt("podTally.pod")).isEqualTo(new Beans.Change(pod, "APPLIED"));
  }
}
