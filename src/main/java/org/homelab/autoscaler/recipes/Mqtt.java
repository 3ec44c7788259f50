package org.homelab.autoscaler.recipes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.camel.ExchangeProperty;
import org.eclipse.paho.client.mqttv3.MqttException;

/**
 * A plug or relay on an MQTT broker. A broker takes any command and tells nothing of the plug, so a
 * command counts as taken only when the plug itself says so on its state topic; and what a broker
 * remembers of a plug is believed only while the plug is known to be there. A command is never kept
 * by the broker for a plug that is away (neither retained nor with a quality of service above 0):
 * given hours later it would switch a machine that has been started since.
 *
 * <p>Topics of common devices: Tasmota {@code cmnd/NAME/POWER} and {@code stat/NAME/POWER}, asked
 * by an empty command, its last will {@code tele/NAME/LWT} (tasmota.github.io/docs/MQTT);
 * Zigbee2MQTT {@code zigbee2mqtt/NAME}, {@code /set}, {@code /get} and {@code /availability}
 * (zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html).
 */
public final class Mqtt {
  private static final long WATT_HOURS = 1000;

  Mqtt() {}

  /** Switches it on and waits until it says so. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    switchTo(call, call.text("onPayload"), "on");
  }

  /** Switches it off and waits until it says so. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    switchTo(call, call.text("offPayload"), "off");
  }

  /** Asks whether it is on, and what it measures. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    String asked =
        call.given("askTopic").map(topic -> "a message to " + topic + ", and ").orElse("");
    if (call.rehearse(asked + "a subscription to " + MqttSession.device(call))) {
      return Reading.unknown("nothing was asked");
    }
    return tried(
        call,
        session -> {
          present(call, session);
          ask(call, session);
          return reading(call, answer(call, session));
        });
  }

  private void switchTo(Call call, String payload, String wanted) {
    String topic = call.text("commandTopic");
    if (call.rehearse(
        "\"%s\" to %s, until %s says %s"
            .formatted(payload, topic, MqttSession.device(call), wanted))) {
      return;
    }
    tried(
        call,
        session -> {
          present(call, session);
          session.forget();
          session.send(topic, payload);
          confirmed(call, session, wanted);
          return wanted;
        });
  }

  private interface Talk<T> {
    T with(MqttSession session) throws MqttException;
  }

  /** Talks to the broker in as many tries as the call allows; a word of the plug is the last. */
  private static <T> T tried(Call call, Talk<T> talk) {
    boolean sent = false;
    for (int attempt = 1; ; attempt++) {
      try (var session = new MqttSession(call)) {
        try {
          session.open();
          return talk.with(session);
        } catch (MqttException broken) {
          sent |= session.sent();
          if (attempt >= call.number("tries") || !MqttSession.worthAnother(broken)) {
            throw session.explained(broken, sent);
          }
        }
      }
      Http.rest(call);
    }
  }

  /** Where the broker keeps whether the plug is there, nothing is sent to one that is not. */
  private static void present(Call call, MqttSession session) throws MqttException {
    if (call.given("availabilityTopic").isEmpty()) {
      return;
    }
    String topic = call.text("availabilityTopic");
    MqttSession.Word word =
        session
            .next(it -> it.topic().equals(topic))
            .orElseThrow(
                () ->
                    call.notTaken(
                        MqttSession.broker(call) + " " + topic,
                        "says nothing; fix availabilityTopic or leave it out"));
    String says = Json.textAt(word.text(), call.text("availabilityPath"));
    if (!says.equals(call.text("availableValue"))) {
      throw call.notTaken(
          MqttSession.device(call),
          "the plug is not there, says %s; check its power supply, its network and availableValue"
              .formatted(topic));
    }
  }

  /** Waits for the wanted state; the plug may still tell the old one meanwhile. */
  private static void confirmed(Call call, MqttSession session, String wanted)
      throws MqttException {
    // Some plugs tell only changes, and for them being on already is none.
    ask(call, session);
    Optional<MqttSession.Word> word =
        session.next(
            it -> isState(call, it) && !it.remembered() && !state(call, it).equals(other(wanted)));
    if (word.isEmpty()) {
      throw call.unclear(
          MqttSession.device(call),
          "did not say %s within %s s; check commandTopic, stateTopic and the plug"
              .formatted(wanted, call.text("timeLimit")));
    }
    if (!state(call, word.get()).equals(wanted)) {
      throw call.unclear(
          MqttSession.device(call), "says neither onValue nor offValue; check statePath and both");
    }
  }

  private static String other(String wanted) {
    return wanted.equals("on") ? "off" : "on";
  }

  private static void ask(Call call, MqttSession session) throws MqttException {
    if (call.given("askTopic").isPresent()) {
      session.send(call.text("askTopic"), call.text("askPayload"));
    }
  }

  private static MqttSession.Word answer(Call call, MqttSession session) throws MqttException {
    boolean kept = call.given("askTopic").isEmpty() && call.given("availabilityTopic").isPresent();
    return session
        .next(it -> isState(call, it) && (kept || !it.remembered()))
        .orElseThrow(
            () ->
                call.unclear(
                    MqttSession.device(call),
                    "the plug says nothing within %s s; check it, and write askTopic, or"
                            .formatted(call.text("timeLimit"))
                        + " availabilityTopic where the broker keeps its state"));
  }

  private static boolean isState(Call call, MqttSession.Word word) {
    return word.topic().equals(call.text("stateTopic")) && !raw(call, word).isEmpty();
  }

  private static String raw(Call call, MqttSession.Word word) {
    return Json.textAt(word.text(), call.text("statePath"));
  }

  /** on, off, or something else. */
  private static String state(Call call, MqttSession.Word word) {
    String raw = raw(call, word);
    if (raw.equals(call.text("onValue"))) {
      return "on";
    }
    return raw.equals(call.text("offValue")) ? "off" : "";
  }

  private static Reading reading(Call call, MqttSession.Word word) {
    OptionalDouble watts = number(call, word, "wattsPath");
    OptionalDouble energy = number(call, word, "energyPath");
    double unit = call.text("energyUnit").equals("Wh") ? WATT_HOURS : 1;
    return Outlet.reading(call, state(call, word), watts)
        .measured(
            watts,
            energy.isPresent()
                ? OptionalDouble.of(energy.getAsDouble() / unit)
                : OptionalDouble.empty());
  }

  private static OptionalDouble number(Call call, MqttSession.Word word, String path) {
    JsonNode found = call.given(path).map(it -> Json.at(word.text(), it)).orElseGet(Json::object);
    return Json.number(found);
  }
}
