package org.homelab.autoscaler.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every reader of the page what has changed since the last look, as server-sent events: first
 * {@code rack} with everything, then {@code change} with what is new, and {@code beat} where
 * nothing is, so that silence means that the connection is gone. Looks only while somebody reads.
 */
final class LiveStream {
  private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);

  private final Supplier<RackView> source;
  private final ObjectMapper json =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
  private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
  private RackView last = new RackView(null, List.of(), List.of());

  /** Somebody who reads the page. */
  interface Reader {
    /** Whether more can be sent without piling up. */
    boolean ready();

    /** Sends one event. */
    void send(String event);
  }

  /** What has changed. */
  private record Change(
      RackView.Head head,
      List<GroupCard> groups,
      List<MachineCard> machines,
      List<String> groupsGone,
      List<String> machinesGone) {
    boolean nothing(RackView.Head before) {
      return groups.isEmpty()
          && machines.isEmpty()
          && groupsGone.isEmpty()
          && machinesGone.isEmpty()
          && Objects.equals(head, before);
    }
  }

  LiveStream(Supplier<RackView> source) {
    this.source = source;
  }

  /** Joins a reader, who is told everything first. */
  synchronized void join(Reader reader) {
    tellTheOthers(source.get());
    reader.send(event("rack", last));
    readers.add(reader);
  }

  /** A reader has gone. */
  void leave(Reader reader) {
    readers.remove(reader);
  }

  /** Looks and tells; called again and again. */
  synchronized void tick() {
    if (readers.isEmpty()) {
      return;
    }
    try {
      tellTheOthers(source.get());
    } catch (RuntimeException failure) {
      // The next look is a second away, and readers see the silence.
      LOG.warn("the page could not be drawn: {}", failure.toString());
      LOG.debug("the page could not be drawn", failure);
    }
  }

  private void tellTheOthers(RackView now) {
    Change change =
        new Change(
            now.head(),
            fresh(now.groups(), last.groups(), GroupCard::id),
            fresh(now.machines(), last.machines(), MachineCard::key),
            gone(now.groups(), last.groups(), GroupCard::id),
            gone(now.machines(), last.machines(), MachineCard::key));
    String event =
        change.nothing(last.head()) ? "event: beat\ndata: {}\n\n" : event("change", change);
    last = now;
    for (Reader reader : readers) {
      if (reader.ready()) {
        reader.send(event);
      } else {
        // Whoever has missed a change reads everything anew when he comes back.
        readers.remove(reader);
        reader.send("event: late\ndata: {}\n\n");
      }
    }
  }

  private static <T> List<T> fresh(List<T> now, List<T> before, Function<T, String> key) {
    Map<String, T> known = index(before, key);
    return now.stream().filter(one -> !one.equals(known.get(key.apply(one)))).toList();
  }

  private static <T> List<String> gone(List<T> now, List<T> before, Function<T, String> key) {
    Map<String, T> known = index(now, key);
    return before.stream().map(key).filter(one -> !known.containsKey(one)).toList();
  }

  private static <T> Map<String, T> index(List<T> all, Function<T, String> key) {
    return all.stream()
        .collect(Collectors.toMap(key, one -> one, (one, other) -> other, LinkedHashMap::new));
  }

  private String event(String name, Object data) {
    return "event: " + name + "\ndata: " + text(data) + "\n\n";
  }

  /** The value as JSON on one line. */
  String text(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
