package org.homelab.autoscaler.testing.devices;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.awaitility.Awaitility;

/** An MQTT broker (Moquette) that knows the recipe's user and the plug's. */
final class Broker implements AutoCloseable {
  /** A topic that the recipe's user may not read. */
  static final String FORBIDDEN = "forbidden";

  private final Server server = new Server();
  private final String password;
  private volatile boolean refusing;

  Broker(String password) {
    this.password = password;
    var config = new MemoryConfig(new Properties());
    config.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
    config.setProperty(IConfig.PORT_PROPERTY_NAME, "0");
    config.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
    config.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
    config.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "false");
    config.setProperty(IConfig.BUFFER_FLUSH_MS_PROPERTY_NAME, "0");
    try {
      server.startServer(config, List.of(), null, this::known, new Rights());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    // It puts its port down a moment after it has opened it.
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> server.getPort() > 0);
  }

  private boolean known(String client, String user, byte[] given) {
    return "plug".equals(user)
        || !refusing
            && "homelab".equals(user)
            && given != null
            && password.equals(new String(given, StandardCharsets.UTF_8));
  }

  void refuse(boolean from) {
    refusing = from;
  }

  int port() {
    return server.getPort();
  }

  /** Returns at once: its threads are silent for seconds before they end. */
  @Override
  public void close() {
    var stop = new Thread(server::stopServer, "broker stops");
    stop.setDaemon(true);
    stop.start();
  }

  private static final class Rights implements IAuthorizatorPolicy {
    @Override
    public boolean canWrite(Topic topic, String user, String client) {
      return true;
    }

    @Override
    public boolean canRead(Topic topic, String user, String client) {
      return !topic.toString().equals(FORBIDDEN);
    }
  }
}
