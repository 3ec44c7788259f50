package org.homelab.autoscaler;

import java.util.List;
import java.util.Properties;

/** What Camel itself is told: management port, health, metrics, Kamelets, gRPC transport. */
final class CamelProperties {
  private static final List<Setting> CONNECTION =
      List.of(
          Setting.GRPC_KEEP_ALIVE_TIME,
          Setting.GRPC_KEEP_ALIVE_TIMEOUT,
          Setting.GRPC_CONNECTION_AGE,
          Setting.GRPC_CONNECTION_GRACE);

  private CamelProperties() {}

  static Properties of(Settings settings) {
    var camel = new Properties();
    camel.setProperty("camel.main.name", "homelab-autoscaler");
    camel.setProperty("camel.main.jmxEnabled", "false");
    camel.setProperty("camel.main.shutdownTimeout", "10");
    camel.setProperty("camel.main.autoConfigurationLogSummary", "false");
    camel.setProperty("camel.main.startupSummaryLevel", "Off");
    camel.setProperty("camel.main.autoConfigurationFailFast", "true");
    camel.setProperty("camel.server.enabled", "true");
    camel.setProperty("camel.server.host", settings.httpHost());
    camel.setProperty("camel.server.port", settings.text(Setting.HTTP_PORT));
    camel.setProperty("camel.management.enabled", "true");
    camel.setProperty("camel.management.port", settings.text(Setting.MANAGEMENT_PORT));
    camel.setProperty("camel.management.healthCheckEnabled", "true");
    camel.setProperty("camel.management.healthPath", "/observe/health");
    camel.setProperty("camel.management.metricsEnabled", "true");
    camel.setProperty("camel.metrics.enabled", "true");
    camel.setProperty("camel.metrics.path", "/observe/metrics");
    // It looks through every series there is whenever an exchange ends, and each machine has some.
    camel.setProperty("camel.metrics.enableExchangeEventNotifier", "false");
    camel.setProperty("camel.component.quartz.enableJmx", "false");
    camel.setProperty(
        "camel.component.quartz.propertiesFile", "classpath:quartz-homelab.properties");
    camel.setProperty("camel.health.exposureLevel", "full");
    camel.setProperty("camel.health.routesEnabled", "false");
    camel.setProperty("camel.health.consumersEnabled", "false");
    transport(settings, camel);
    return camel;
  }

  private static void transport(Settings settings, Properties camel) {
    for (Setting duration : CONNECTION) {
      String millis = Long.toString(settings.duration(duration).toMillis());
      camel.setProperty(duration.key() + ".millis", millis);
    }
    if (!settings.grpcTls()) {
      camel.setProperty("homelab.grpc.negotiation", "PLAINTEXT");
      return;
    }
    camel.setProperty("homelab.grpc.negotiation", "TLS");
    camel.setProperty("homelab.grpc.certificate", "file:" + settings.text(Setting.GRPC_TLS_CERT));
    camel.setProperty("homelab.grpc.key", "file:" + settings.text(Setting.GRPC_TLS_KEY));
    camel.setProperty(
        "homelab.grpc.client-authority", "file:" + settings.text(Setting.GRPC_TLS_CLIENT_CA));
  }
}
