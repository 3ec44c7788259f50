package org.homelab.autoscaler.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Watches that begin where their list ended, as a real API server's do: what was written between
 * the two is told, deletions too, once and in order. Called under the store's lock.
 */
final class Watches {
  private static final int REMEMBERED = 20_000;
  private static final int NORMAL = 1000;

  private final Deque<Change> history = new ArrayDeque<>();
  private final List<Channel> channels = new CopyOnWriteArrayList<>();

  // One thread for all, because two could overtake each other.
  private final ScheduledExecutorService post =
      Executors.newSingleThreadScheduledExecutor(task -> Threads.daemon("simulate-watches", task));

  private long forgotten;

  void publish(Change change) {
    history.addLast(change);
    if (history.size() > REMEMBERED) {
      forgotten = history.removeFirst().revision();
    }
    channels.forEach(channel -> channel.tell(change));
  }

  /**
   * A watch that has yet to be opened.
   *
   * @param existing what there is now, told as added if {@code since} is absent
   * @param longest how long it is kept open
   */
  WebSocketListener open(
      Address address,
      Predicate<JsonNode> selects,
      Optional<Long> since,
      List<JsonNode> existing,
      Optional<Duration> longest) {
    var channel = new Channel(address, selects, longest);
    if (since.isEmpty()) {
      existing.forEach(object -> channel.send(Change.Action.ADDED.name(), object));
    } else if (since.get() < forgotten) {
      channel.send("ERROR", gone());
    } else {
      history.stream().filter(change -> change.revision() > since.get()).forEach(channel::tell);
    }
    channels.add(channel);
    return channel;
  }

  /** Number of watches that are open. */
  int open() {
    return channels.size();
  }

  void close() {
    post.shutdownNow();
  }

  private void later(Runnable task) {
    if (!post.isShutdown()) {
      post.execute(task);
    }
  }

  private static JsonNode gone() {
    ObjectNode status = Json.object();
    return status
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("status", "Failure")
        .put("reason", "Expired")
        .put("message", "too old resource version")
        .put("code", 410);
  }

  private final class Channel extends WebSocketListener {
    private final Address address;
    private final Predicate<JsonNode> selects;
    private final List<String> unsent = new ArrayList<>();
    private final Optional<Duration> longest;
    private Optional<WebSocket> socket = Optional.empty();

    Channel(Address address, Predicate<JsonNode> selects, Optional<Duration> longest) {
      this.address = address;
      this.selects = selects;
      this.longest = longest;
    }

    void tell(Change change) {
      if (!change.of(address.resource())
          || address.namespace().filter(own -> !own.equals(change.namespace())).isPresent()
          || address.name().filter(own -> !own.equals(change.name())).isPresent()) {
        return;
      }
      boolean is = !change.deleted() && selects.test(change.object());
      boolean was = change.action() != Change.Action.ADDED && selects.test(change.before());
      if (is) {
        send(was ? Change.Action.MODIFIED.name() : Change.Action.ADDED.name(), change.object());
      } else if (was) {
        send(Change.Action.DELETED.name(), change.object());
      }
    }

    void send(String type, JsonNode object) {
      ObjectNode event = Json.object();
      event.put("type", type).set("object", object);
      String text = event.toString();
      later(() -> deliver(text));
    }

    private void deliver(String text) {
      if (socket.isPresent()) {
        socket.get().send(text);
      } else {
        unsent.add(text);
      }
    }

    @Override
    public void onOpen(WebSocket opened, Response response) {
      later(
          () -> {
            unsent.forEach(opened::send);
            unsent.clear();
            socket = Optional.of(opened);
            longest.ifPresent(
                limit -> post.schedule(() -> end(opened), limit.toMillis(), TimeUnit.MILLISECONDS));
          });
    }

    /** What comes from now on is told to the watch that follows. */
    private void end(WebSocket open) {
      if (channels.remove(this)) {
        open.close(NORMAL, "");
      }
    }

    @Override
    public void onClosing(WebSocket closing, int code, String reason) {
      channels.remove(this);
      closing.close(code, reason);
    }

    @Override
    public void onClosed(WebSocket closed, int code, String reason) {
      channels.remove(this);
    }

    @Override
    public void onFailure(WebSocket failed, Throwable cause, Response response) {
      channels.remove(this);
    }
  }
}
