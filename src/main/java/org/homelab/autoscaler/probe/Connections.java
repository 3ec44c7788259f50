package org.homelab.autoscaler.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;

/** Looks whether something answers at an address. Blocks for as long as it is allowed to. */
final class Connections {
  private Connections() {}

  /** What a connection shows. */
  enum Answer {
    ACCEPTED,
    REFUSED,
    SILENT,
    /** We ourselves could not ask: no such name, no network here. */
    NOT_ASKED
  }

  /**
   * An answer and a few words on it.
   *
   * @param words what happened, with the address
   */
  record Outcome(Answer answer, String words) {}

  static Outcome connect(String host, int port, Duration patience) {
    String where = host + ":" + port;
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), millis(patience));
      return new Outcome(Answer.ACCEPTED, where + " accepts connections");
    } catch (SocketTimeoutException silent) {
      return new Outcome(Answer.SILENT, where + " does not answer");
    } catch (NoRouteToHostException nobody) {
      return new Outcome(Answer.SILENT, where + ": no route to the host");
    } catch (ConnectException failed) {
      return refusedOrSilent(where, failed);
    } catch (UnknownHostException nameless) {
      return new Outcome(Answer.NOT_ASKED, where + ": the name cannot be resolved");
    } catch (IOException | IllegalArgumentException | SecurityException ours) {
      return new Outcome(Answer.NOT_ASKED, where + ": " + ours.getMessage());
    }
  }

  private static Outcome refusedOrSilent(String where, ConnectException failed) {
    String words = String.valueOf(failed.getMessage());
    if (words.contains("refused")) {
      return new Outcome(Answer.REFUSED, where + " refuses connections");
    }
    return words.contains("timed out")
        ? new Outcome(Answer.SILENT, where + " does not answer")
        : new Outcome(Answer.NOT_ASKED, where + ": " + words);
  }

  /**
   * Whether the host answers: to an ICMP echo where the process may send one, else to a connection
   * to TCP port 7, which a machine that is on accepts or refuses.
   */
  static Outcome reach(String host, Duration patience) {
    try {
      return InetAddress.getByName(host).isReachable(millis(patience))
          ? new Outcome(Answer.ACCEPTED, host + " answers")
          : new Outcome(Answer.SILENT, host + " does not answer");
    } catch (UnknownHostException nameless) {
      return new Outcome(Answer.NOT_ASKED, host + ": the name cannot be resolved");
    } catch (IOException | SecurityException ours) {
      return new Outcome(Answer.NOT_ASKED, host + ": " + ours.getMessage());
    }
  }

  private static int millis(Duration patience) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, patience.toMillis()));
  }
}
