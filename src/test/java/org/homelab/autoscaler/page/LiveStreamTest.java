package org.homelab.autoscaler.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveStreamTest {
  private final AtomicInteger looks = new AtomicInteger();
  private RackView view = rack(machine("atlas", MachineState.OFF));
  private final LiveStream stream =
      new LiveStream(
          () -> {
            looks.incrementAndGet();
            return view;
          });

  private static final class Ear implements LiveStream.Reader {
    private final List<String> heard = new ArrayList<>();
    private boolean ready = true;

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public void send(String event) {
      heard.add(event);
    }

    String last() {
      return heard.get(heard.size() - 1);
    }
  }

  @Test
  void whoeverJoinsIsToldEverythingAndThenOnlyWhatIsNew() throws Exception {
    var ear = new Ear();
    stream.join(ear);
    assertThat(ear.last()).startsWith("event: rack\ndata: ").contains("atlas");

    view = rack(machine("atlas", MachineState.OFF), machine("boreas", MachineState.BOOTING));
    stream.tick();

    JsonNode change = data(ear.last());
    assertThat(ear.last()).startsWith("event: change");
    assertThat(change.at("/machines")).hasSize(1);
    assertThat(change.at("/machines/0/name").asText()).isEqualTo("boreas");
    assertThat(change.at("/machines/0/state").asText()).isEqualTo("booting");
  }

  @Test
  void whatIsGoneIsToldByItsKey() throws Exception {
    var ear = new Ear();
    stream.join(ear);
    view = rack();
    stream.tick();

    assertThat(data(ear.last()).at("/machinesGone/0").asText()).isEqualTo("lab/atlas");
  }

  @Test
  void whereNothingIsNewABeatSaysThatSomebodyIsThere() {
    var ear = new Ear();
    stream.join(ear);
    stream.tick();

    assertThat(ear.last()).isEqualTo("event: beat\ndata: {}\n\n");
  }

  @Test
  void nobodyLooksWhileNobodyReads() {
    stream.tick();
    assertThat(looks).hasValue(0);

    var ear = new Ear();
    stream.join(ear);
    stream.leave(ear);
    stream.tick();
    assertThat(looks).hasValue(1);
  }

  @Test
  void aReaderWhoDoesNotKeepUpIsSentAwayToComeBackForEverything() {
    var slow = new Ear();
    var quick = new Ear();
    stream.join(slow);
    stream.join(quick);
    slow.ready = false;
    stream.tick();
    slow.ready = true;
    stream.tick();

    assertThat(slow.last()).startsWith("event: late");
    assertThat(quick.heard).hasSize(3);
  }

  @Test
  void aLookThatFailsEndsNothing() {
    var ear = new Ear();
    stream.join(ear);
    RackView before = view;
    view = null;
    stream.tick();
    view = before;
    stream.tick();

    assertThat(ear.last()).startsWith("event: beat");
  }

  private static JsonNode data(String event) throws Exception {
    return new ObjectMapper().readTree(event.substring(event.indexOf("data: ") + 6));
  }

  static RackView rack(MachineCard... machines) {
    var head =
        new RackView.Head(
            "one",
            0,
            "simulate",
            true,
            true,
            0,
            null,
            new RackView.Waiting(2, List.of("default/web")),
            null);
    return new RackView(head, List.of(), List.of(machines));
  }

  static MachineCard machine(String name, MachineState state) {
    return new MachineCard(
        "lab/" + name,
        name,
        "rack",
        name,
        state,
        true,
        null,
        "Booting",
        "It boots.",
        null,
        null,
        null,
        null,
        MachineCard.Load.NONE,
        null,
        null,
        false,
        null,
        List.of());
  }
}
