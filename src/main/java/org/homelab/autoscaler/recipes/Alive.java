package org.homelab.autoscaler.recipes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.homelab.autoscaler.fleet.ObservedPower;

/** Looks for a sign of life over TCP. Silence and refusal say nothing about power. */
final class Alive {
  private Alive() {}

  /** Whether somebody accepts connections there. */
  static Reading accepts(String host, int port, Duration limit) {
    return look(host, port, limit, "");
  }

  /** Whether somebody there begins to talk like that. */
  static Reading greets(String host, int port, Duration limit, String greeting) {
    return look(host, port, limit, greeting);
  }

  private static Reading look(String host, int port, Duration limit, String greeting) {
    try (var socket = new Socket()) {
      int millis = (int) Math.max(1, limit.toMillis());
      socket.connect(new InetSocketAddress(host, port), millis);
      socket.setSoTimeout(millis);
      byte[] heard = socket.getInputStream().readNBytes(greeting.length());
      return new String(heard, StandardCharsets.US_ASCII).equals(greeting)
          ? Reading.of(ObservedPower.ON)
          : Reading.unknown(host + " port " + port + " answers, but not as expected");
    } catch (IOException silent) {
      return Reading.unknown(host + " port " + port + " does not answer");
    }
  }
}
