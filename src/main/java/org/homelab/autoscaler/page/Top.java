package org.homelab.autoscaler.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code java -jar homelab-autoscaler.jar top [URL] [--once]}: what the page shows, in a terminal,
 * over the same stream. Goes on until it is stopped; after a break it connects again.
 */
public final class Top {
  private static final String HERE = "http://localhost:8080";
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";
  private static final int OK = 200;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final URI stream;
  private final boolean once;
  private final PrintStream out;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();
  private final TopTable table = new TopTable();

  private Top(URI stream, boolean once, PrintStream out, Clock clock) {
    this.stream = stream;
    this.once = once;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Shows what is going on until stopped.
   *
   * @param arguments address of the page, {@code http://localhost:8080} where it is left out, and
   *     {@code --once} to show it once and end
   * @return exit status: 0, or 1 if nobody answers, 2 if the arguments cannot be used
   */
  public static int run(List<String> arguments, PrintStream out, PrintStream errors, Clock clock) {
    boolean once = arguments.contains("--once");
    List<String> rest = arguments.stream().filter(word -> !word.equals("--once")).toList();
    String address = rest.isEmpty() ? HERE : rest.get(0);
    if (rest.size() > 1 || !address.matches("https?://.+")) {
      errors.println("write: top [http://HOST:PORT] [--once]");
      return 2;
    }
    URI stream = URI.create(address.replaceFirst("/+$", "") + "/api/stream");
    return new Top(stream, once, out, clock).follow(errors);
  }

  private int follow(PrintStream errors) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    while (true) {
      try {
        HttpResponse<Stream<String>> answer =
            client.send(
                HttpRequest.newBuilder(stream).build(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
          if (answer.statusCode() == OK) {
            read(lines.iterator());
          } else {
            errors.println(stream + " answers " + answer.statusCode() + ": is the page there?");
          }
        }
        if (once) {
          return answer.statusCode() == OK ? 0 : 1;
        }
      } catch (IOException | java.io.UncheckedIOException gone) {
        errors.println("nobody answers at " + stream + ": is the address right, does it run?");
        if (once) {
          return 1;
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return 0;
      }
      pause();
    }
  }

  private void read(Iterator<String> lines) throws IOException {
    String event = "";
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data: ")) {
        table.hear(event, json.readTree(line.substring(6)));
        out.print((once ? "" : HOME_AND_CLEAR) + table.render(clock.instant()));
        out.flush();
        if (once) {
          return;
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
