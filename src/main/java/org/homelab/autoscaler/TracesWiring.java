package org.homelab.autoscaler;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.homelab.autoscaler.trace.OtlpSpans;
import org.homelab.autoscaler.trace.ToldTraces;
import org.homelab.autoscaler.trace.Traces;

/** Traces, sent to the collector that the settings name. */
final class TracesWiring {
  private static final Duration PACE = Duration.ofSeconds(2);

  private TracesWiring() {}

  /** None where no collector is named; then no class of OpenTelemetry is ever loaded. */
  static Traces traces(Settings settings, CamelContext context) throws Exception {
    String endpoint = settings.text(Setting.TRACES_ENDPOINT);
    if (endpoint.isEmpty()) {
      return Traces.OFF;
    }
    String pod = settings.text(Setting.POD_NAME);
    var spans =
        new OtlpSpans(
            URI.create(endpoint),
            Map.of(
                "service.name",
                "homelab-autoscaler",
                "service.instance.id",
                pod.isEmpty() ? Replica.hostName() : pod),
            PACE);
    context.addService(
        new ServiceSupport() {
          @Override
          protected void doStop() {
            spans.close();
          }
        });
    return new ToldTraces(spans);
  }
}
