package org.homelab.autoscaler.testing.devices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A machine with a network card that wakes on magic packets and an SSH server that runs while the
 * machine is on.
 */
public final class MachineOnLan implements AutoCloseable {
  /** Its network card. */
  public static final String MAC = "52:54:00:5E:1a:01";

  /** The password that its network card wants. */
  public static final String SECURE_ON = "ca:0a:12:ee:00:01";

  private final DatagramSocket card;
  private final AtomicInteger packets = new AtomicInteger();
  private final AtomicInteger needed = new AtomicInteger(1);
  private final SshSide ssh;

  /** A machine that is off. */
  public MachineOnLan() {
    try {
      card = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    ssh = new SshSide();
    var listener = new Thread(this::listen, "network card");
    listener.setDaemon(true);
    listener.start();
  }

  private void listen() {
    var packet = new DatagramPacket(new byte[512], 512);
    while (!card.isClosed()) {
      try {
        packet.setLength(512);
        card.receive(packet);
      } catch (IOException closed) {
        return;
      }
      byte[] data = Arrays.copyOf(packet.getData(), packet.getLength());
      if (Arrays.equals(data, magic()) && packets.incrementAndGet() >= needed.get()) {
        ssh.turn(true);
      }
    }
  }

  private static byte[] magic() {
    String address = MAC.replace(":", "");
    return HexFormat.of()
        .parseHex("ffffffffffff" + address.repeat(16) + SECURE_ON.replace(":", ""));
  }

  /** UDP port of its network card. */
  public int cardPort() {
    return card.getLocalPort();
  }

  /** Magic packets with its address and password that have come. */
  public int packets() {
    return packets.get();
  }

  /** Wakes only at so many packets from now. */
  public void wakeAt(int number) {
    packets.set(0);
    needed.set(number);
  }

  /** What runs while it is on. */
  public SshSide ssh() {
    return ssh;
  }

  @Override
  public void close() {
    card.close();
    ssh.close();
  }
}
