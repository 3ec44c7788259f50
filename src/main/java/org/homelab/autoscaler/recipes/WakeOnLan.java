package org.homelab.autoscaler.recipes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes a machine by magic packets. Nobody confirms them, so they are sent again until the machine
 * shows a sign of life, its time is over, or the power-on is no longer wanted.
 */
public final class WakeOnLan {
  private static final Logger LOG = LoggerFactory.getLogger(WakeOnLan.class);
  private static final int REPEATS_OF_ADDRESS = 16;
  private static final Duration PROBE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_PACKETS = Duration.ofMillis(50);

  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var thread = new Thread(work, "wake-on-lan");
            thread.setDaemon(true);
            return thread;
          });

  WakeOnLan() {}

  /** Sends the first packets now and the others later. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    byte[] packet = packet(call);
    String what =
        "%d UDP packets to %s port %d: ff:ff:ff:ff:ff:ff and 16 times %s%s"
            .formatted(
                call.number("packets"),
                call.text("broadcast"),
                call.number("port"),
                call.text("mac"),
                call.secret("secureOn").isEmpty() ? "" : ", then the SecureOn password");
    if (call.rehearse(what)) {
      return;
    }
    burst(call, packet);
    long end = System.nanoTime() + call.seconds("repeatFor").toNanos();
    if (call.patient()) {
      repeatHere(call, packet, end);
    } else {
      repeatLater(call, packet, end);
    }
  }

  /** Looks for a sign of life; without a host and a port to look at, nothing is known. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    if (call.given("host").isEmpty() || call.number("probePort") == 0) {
      return Reading.unknown("write host and probePort to have it looked for");
    }
    String host = call.text("host");
    return call.rehearse("a TCP connection to " + host + " port " + call.number("probePort"))
        ? Reading.unknown("nothing was asked")
        : Alive.accepts(host, call.number("probePort"), PROBE);
  }

  private void repeatLater(Call call, byte[] packet, long end) {
    long pause = call.seconds("interval").toMillis();
    if (pause == 0 || System.nanoTime() + pause * 1_000_000 >= end) {
      return;
    }
    later.schedule(
        () -> {
          if (needed(call)) {
            again(call, packet);
            repeatLater(call, packet, end);
          }
        },
        pause,
        TimeUnit.MILLISECONDS);
  }

  private void repeatHere(Call call, byte[] packet, long end) {
    while (call.number("probePort") > 0 && System.nanoTime() < end && needed(call)) {
      pause(call, call.seconds("interval"));
      again(call, packet);
    }
  }

  private boolean needed(Call call) {
    return call.wanted() && probe(call).power() != ObservedPower.ON && call.wanted();
  }

  private void again(Call call, byte[] packet) {
    try {
      burst(call, packet);
    } catch (RecipeFailure failure) {
      LOG.warn("machine={} {}", call.machine(), failure.getMessage());
    }
  }

  private static void burst(Call call, byte[] packet) {
    String where = call.text("broadcast") + " port " + call.number("port");
    try (var socket = new DatagramSocket()) {
      socket.setBroadcast(true);
      InetAddress address = InetAddress.getByName(call.text("broadcast"));
      for (int i = 0; i < call.number("packets"); i++) {
        if (i > 0) {
          pause(call, BETWEEN_PACKETS);
        }
        call.stillWanted(where);
        socket.send(new DatagramPacket(packet, packet.length, address, call.number("port")));
      }
    } catch (UnknownHostException unknown) {
      throw call.notTaken(where, "is no address; fix the parameter broadcast");
    } catch (IOException unsent) {
      throw call.notTaken(
          where,
          "cannot be sent to (" + unsent.getMessage() + "); check the network and broadcast");
    }
  }

  private static void pause(Call call, Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw call.unclear("this process", "interrupted");
    }
  }

  private static byte[] packet(Call call) {
    var packet = new ByteArrayOutputStream();
    packet.writeBytes(new byte[] {-1, -1, -1, -1, -1, -1});
    byte[] address = HexFormat.of().parseHex(call.text("mac").replaceAll("[:-]", ""));
    for (int i = 0; i < REPEATS_OF_ADDRESS; i++) {
      packet.writeBytes(address);
    }
    packet.writeBytes(secureOn(call));
    return packet.toByteArray();
  }

  private static byte[] secureOn(Call call) {
    String password = call.secret("secureOn").strip().replaceAll("[:.-]", "");
    if (!password.matches("([0-9A-Fa-f]{8}|[0-9A-Fa-f]{12})?")) {
      throw call.notTaken(
          "secureOn", "must be four or six pairs of hexadecimal digits; fix it in the Secret");
    }
    return HexFormat.of().parseHex(password);
  }
}
