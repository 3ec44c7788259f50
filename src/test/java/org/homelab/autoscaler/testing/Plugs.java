package org.homelab.autoscaler.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A switch with an HTTP API that machines hang on, each by the name of its Kubernetes node. It
 * stands guard too: power that goes under pods is kept in {@link #violations}.
 */
public final class Plugs implements AutoCloseable {
  private static final String MANIFEST =
      """
      apiVersion: infra.homecluster.dev/v1alpha1
      kind: Node
      metadata: {name: %1$s, labels: {group: %2$s}}
      spec:
        powerState: "off"
        kubernetesNodeName: %3$s
        power:
          recipe: http
          parameters:
            onUrl: %4$s/startup/%3$s
            offUrl: %4$s/shutdown/%3$s
            shutsDown: "true"
            stateUrl: %4$s/state/%3$s
        pricing: {hourlyRate: "0.05", podRate: "0.01"}
      """;

  private final Hardware hardware;
  private final Homelab homelab;
  private final HttpServer server;
  private final Set<String> on = ConcurrentHashMap.newKeySet();
  private final List<Command> commands = new CopyOnWriteArrayList<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();

  private record Command(String type, String node) {}

  /** A switch that machines of that hardware hang on. */
  public Plugs(Hardware hardware, Homelab homelab) {
    this.hardware = hardware;
    this.homelab = homelab;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /** The manifest of a machine that is off and hangs on it. */
  public String machine(String name, String group, String kubernetesNode) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return MANIFEST.formatted(name, group, kubernetesNode, url);
  }

  /** The Kubernetes nodes of the machines that were given that command, in order. */
  public List<String> commands(String type) {
    return commands.stream().filter(one -> one.type().equals(type)).map(Command::node).toList();
  }

  /** All commands. */
  public List<String> commands() {
    return commands.stream().map(Command::toString).toList();
  }

  /** What must never happen and did. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    if (!path[1].equals("state")) {
      turn(path[1], path[2]);
    }
    byte[] state = (on.contains(path[2]) ? "on" : "off").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, state.length);
    exchange.getResponseBody().write(state);
    exchange.close();
  }

  private void turn(String type, String node) {
    commands.add(new Command(type, node));
    if (type.equals("startup")) {
      on.add(node);
      hardware.switchOn(node);
      return;
    }
    if (homelab.running("work").stream().anyMatch(p -> node.equals(p.getSpec().getNodeName()))) {
      violations.add(node + " loses its power under pods");
    }
    on.remove(node);
    hardware.switchOff(node);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
