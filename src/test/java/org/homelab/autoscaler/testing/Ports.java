package org.homelab.autoscaler.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free TCP ports of 127.0.0.1.
 *
 * <p>They lie below the range from which Linux takes the local ports of outgoing connections:
 * nothing takes a port away while the process that listens on it is being restarted.
 */
public final class Ports {
  private static final int IN_A_FORK = 6_000;

  /** Each of the JVMs that run tests at the same time has ports of its own. */
  private static final int LOWEST = 20_000 + (Integer.getInteger("fork", 1) - 1) % 2 * IN_A_FORK;

  private static final int BEYOND = LOWEST + IN_A_FORK;

  private Ports() {}

  /** So many different ports, free a moment ago. */
  public static List<Integer> free(int count) {
    Set<Integer> found = new LinkedHashSet<>();
    for (int tries = 0; found.size() < count; tries++) {
      if (tries > 1_000) {
        throw new IllegalStateException("no free ports between " + LOWEST + " and " + BEYOND);
      }
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
      if (isFree(port)) {
        found.add(port);
      }
    }
    return List.copyOf(found);
  }

  /** A port that was free a moment ago. */
  public static int free() {
    return free(1).get(0);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
