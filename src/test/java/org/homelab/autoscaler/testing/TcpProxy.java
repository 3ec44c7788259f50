package org.homelab.autoscaler.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A wire between two ports of 127.0.0.1 that a test can cut. While it is closed, a connection to
 * its port is refused.
 */
public final class TcpProxy implements AutoCloseable {
  private final int port;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Socket> silenced = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool(TcpProxy::daemon);
  private ServerSocket listener;
  private volatile boolean frozen;

  /** A closed wire from a port to another. */
  public TcpProxy(int port, int target) {
    this.port = port;
    this.target = target;
  }

  /** The port to connect to. */
  public int port() {
    return port;
  }

  /** Lets connections through. */
  public void open() {
    try {
      ServerSocket opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      listener = opened;
      threads.execute(() -> accept(opened));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lets every connection that there is fall silent, as a router does that has forgotten it: what
   * is sent goes nowhere, only an end of it is still told. New connections are let through.
   */
  public void silence() {
    silenced.addAll(sockets);
  }

  /**
   * Lets every connection fall silent, those too that are made until {@link #thaw}, as a load
   * balancer does whose servers are gone: it accepts, and nothing follows.
   */
  public void freeze() {
    frozen = true;
    silence();
  }

  /** Lets new connections through again; those that fell silent stay silent. */
  public void thaw() {
    frozen = false;
  }

  /** Cuts every connection; new ones are let through. */
  public void cut() {
    sockets.forEach(TcpProxy::quietly);
    sockets.clear();
  }

  /** Cuts every connection and refuses new ones until opened again. */
  public void shut() {
    if (listener != null) {
      quietly(listener);
    }
    cut();
  }

  @Override
  public void close() {
    shut();
    threads.shutdownNow();
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        Socket near = from.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(near);
        sockets.add(far);
        if (frozen) {
          silenced.addAll(List.of(near, far));
        }
        threads.execute(() -> pump(near, far));
        threads.execute(() -> pump(far, near));
      } catch (IOException e) {
        // Either end is gone: the next connection may fare better, or the loop ends.
        continue;
      }
    }
  }

  private void pump(Socket from, Socket to) {
    try (from;
        to) {
      var bytes = new byte[16 * 1024];
      for (int read = in(from, bytes); read >= 0; read = in(from, bytes)) {
        if (!silenced.contains(from)) {
          to.getOutputStream().write(bytes, 0, read);
        }
      }
    } catch (IOException e) {
      // The other direction or a cut has closed the sockets.
      return;
    } finally {
      sockets.remove(from);
      silenced.remove(from);
    }
  }

  private static int in(Socket from, byte[] bytes) throws IOException {
    return from.getInputStream().read(bytes);
  }

  private static void quietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "tcp-proxy");
    thread.setDaemon(true);
    return thread;
  }
}
