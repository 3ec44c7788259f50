package org.homelab.autoscaler.fleet;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A way to find out whether a machine is on, beside its Kubernetes node. In hosts and URLs {@code
 * {node}} stands for the name of its Kubernetes node and {@code {machine}} for that of its Node.
 */
public sealed interface Probe {
  /** The word by which manifests, metrics and conditions call it. */
  String kind();

  /** Opens a connection. */
  record Tcp(String host, int port) implements Probe {
    @Override
    public String kind() {
      return "tcp";
    }
  }

  /**
   * Gets a page.
   *
   * @param expectedStatus the answer that means on; any from 200 to 399 when absent
   * @param insecureSkipVerify whether any certificate will do
   * @param caSecret Secret whose {@code ca.crt} the certificate must be signed by
   */
  record Http(
      String url, OptionalInt expectedStatus, boolean insecureSkipVerify, Optional<String> caSecret)
      implements Probe {
    @Override
    public String kind() {
      return "http";
    }
  }

  /** Looks whether anything answers at an address. */
  record Ping(String host) implements Probe {
    @Override
    public String kind() {
      return "ping";
    }
  }

  /** Asks a route of the user's, {@code direct:} and its id. */
  record Route(String id) implements Probe {
    @Override
    public String kind() {
      return "route";
    }
  }
}
