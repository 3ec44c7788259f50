package org.homelab.autoscaler.testing.devices;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** What lies between a client and its MQTT broker: speaks TLS where asked, and can go wrong. */
final class Gate implements AutoCloseable {
  private static final int CONNECT = 1;
  private static final int PUBLISH = 3;
  private static final byte[] SERVER_UNAVAILABLE = {0x20, 2, 0, 3};

  private final ServerSocket listener;
  private final int broker;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger connects = new AtomicInteger();
  private volatile Fault fault = Fault.NONE;
  private volatile boolean deaf;

  Gate(int broker, Optional<TestCertificate> certificate) {
    this.broker = broker;
    ServerSocketFactory sockets =
        certificate
            .<ServerSocketFactory>map(it -> it.context().getServerSocketFactory())
            .orElseGet(ServerSocketFactory::getDefault);
    try {
      listener = sockets.createServerSocket(0, 0, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  void fault(Fault next) {
    connects.set(0);
    fault = next;
  }

  /** Takes connections from now on and lets nothing through. */
  void beDeaf() {
    deaf = true;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), broker);
        sockets.add(near);
        sockets.add(far);
        threads.execute(() -> forth(near, far));
        threads.execute(() -> back(far, near));
      } catch (IOException closed) {
        continue;
      }
    }
  }

  private void forth(Socket from, Socket to) {
    try (from;
        to) {
      var in = new DataInputStream(from.getInputStream());
      while (true) {
        byte[] packet = packet(in);
        int type = packet[0] >> 4 & 0xf;
        if (fault == Fault.DROPS && type == PUBLISH) {
          return;
        }
        if (fault == Fault.THIRD_TIME && type == CONNECT && connects.incrementAndGet() % 3 != 0) {
          from.getOutputStream().write(SERVER_UNAVAILABLE);
          return;
        }
        if (!deaf) {
          to.getOutputStream().write(packet);
        }
      }
    } catch (IOException ended) {
      return;
    }
  }

  /** One packet with its head: a byte, the length of the rest in sevens of bits, the rest. */
  private static byte[] packet(DataInputStream in) throws IOException {
    var packet = new java.io.ByteArrayOutputStream();
    packet.write(in.readUnsignedByte());
    int length = 0;
    int digit;
    int shift = 0;
    do {
      digit = in.readUnsignedByte();
      packet.write(digit);
      length |= (digit & 0x7f) << shift;
      shift += 7;
    } while ((digit & 0x80) != 0);
    packet.writeBytes(in.readNBytes(length));
    return packet.toByteArray();
  }

  private static void back(Socket from, Socket to) {
    try (from;
        to;
        OutputStream out = to.getOutputStream()) {
      from.getInputStream().transferTo(out);
    } catch (IOException ended) {
      return;
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    threads.shutdownNow();
  }
}
