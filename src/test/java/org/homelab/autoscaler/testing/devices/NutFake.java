package org.homelab.autoscaler.testing.devices;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** upsd with one UPS, which is on while the mains feed it. */
public final class NutFake implements Device {
  private static final long SLOWLY = 150;

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Fault fault = Fault.NONE;
  private volatile String status = "OL";

  /** A UPS that is fed by the mains. */
  public NutFake() {
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    threads.execute(this::accept);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        threads.execute(() -> serve(client));
      } catch (IOException ended) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      var in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String answer = answer(line);
        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        if (fault == Fault.DROPS) {
          return;
        }
      }
    } catch (IOException ended) {
      return;
    }
  }

  private String answer(String line) {
    return switch (fault) {
      case NONE -> list(line);
      case LIES -> "HTTP/1.0 400 Bad Request\r\n\r\n";
      case STALLS -> {
        pause(TimeUnit.MINUTES.toMillis(1));
        yield "";
      }
      case SLOW -> {
        pause(SLOWLY);
        yield list(line);
      }
      case REFUSES_CREDENTIALS -> "ERR ACCESS-DENIED\n";
      case THIRD_TIME -> asked.incrementAndGet() % 3 == 0 ? list(line) : "ERR DATA-STALE\n";
      case DROPS -> list(line).substring(0, 60);
    };
  }

  private String list(String line) {
    return line.equals("LIST VAR rack")
        ? """
        BEGIN LIST VAR rack
        VAR rack battery.charge "81"
        VAR rack battery.runtime "1260"
        VAR rack device.model "Back-UPS \\"Pro\\" \\\\ 900"
        VAR rack ups.realpower "61.5"
        VAR rack ups.status "%s"
        END LIST VAR rack
        """
            .formatted(status)
        : "ERR UNKNOWN-UPS\n";
  }

  private void pause(long millis) {
    try {
      closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the UPS says of itself from now on. */
  public void status(String words) {
    status = words;
  }

  @Override
  public boolean on() {
    return status.equals("OL");
  }

  @Override
  public void turn(boolean on) {
    status(on ? "OL" : "OB DISCHRG");
  }

  @Override
  public String recipe() {
    return "nut";
  }

  /** Nobody logs in. */
  @Override
  public Map<String, String> secrets() {
    return Map.of();
  }

  @Override
  public void fault(Fault next) {
    asked.set(0);
    fault = next;
  }

  @Override
  public Map<String, String> parameters() {
    return Map.of("host", "127.0.0.1", "port", "" + listener.getLocalPort(), "ups", "rack");
  }

  @Override
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    threads.shutdownNow();
  }
}
