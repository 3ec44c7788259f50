package org.homelab.autoscaler.testing.devices;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A plug on a real MQTT broker, with a gate before the broker that can go wrong. */
public final class MqttFake implements Device {
  private static final String PASSWORD = "canary-mqtt&${body}";
  private static final long SLOWLY = 150;
  private static final long LONGEST = 30_000;

  /** How a plug talks. */
  public enum Kind {
    /** Plain words, as Tasmota says them; asked by an empty command. */
    PLAIN,
    /** JSON with what is drawn, as Zigbee2MQTT says it, over TLS. */
    JSON
  }

  /** What came in on the command topic. */
  public record Command(String text, int qos, boolean retained) {}

  private final Kind kind;
  private final Broker broker = new Broker(PASSWORD);
  private final Optional<TestCertificate> certificate;
  private final Gate gate;
  private final MqttAsyncClient plug;
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final List<Command> commands = new CopyOnWriteArrayList<>();
  private volatile Fault fault = Fault.NONE;
  private volatile boolean on;

  /** A plug that is off. */
  public MqttFake(Kind kind) {
    this.kind = kind;
    certificate =
        kind == Kind.JSON ? Optional.of(TestCertificate.forAddress("127.0.0.1")) : Optional.empty();
    gate = new Gate(broker.port(), certificate);
    try {
      plug =
          new MqttAsyncClient("tcp://127.0.0.1:" + broker.port(), "plug", new MemoryPersistence());
      var options = new MqttConnectOptions();
      options.setUserName("plug");
      options.setPassword(new char[] {'x'});
      plug.setCallback(new Ear());
      plug.connect(options).waitForCompletion(LONGEST);
      plug.publish("plug/there", there("online"), 1, true).waitForCompletion(LONGEST);
      plug.subscribe(new String[] {"plug/set", "plug/get"}, new int[] {1, 1})
          .waitForCompletion(LONGEST);
    } catch (MqttException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private byte[] there(String how) {
    String text = kind == Kind.JSON ? "{\"state\":\"" + how + "\"}" : how;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Commands that came, in order. */
  public List<Command> commands() {
    return List.copyOf(commands);
  }

  /** Says once what the state is, and has the broker keep it. */
  public void keepState() {
    say(true);
  }

  /** Goes away, and has the broker keep that. */
  public void vanish() {
    try {
      plug.publish("plug/there", there("offline"), 1, true).waitForCompletion(LONGEST);
      plug.disconnect().waitForCompletion(LONGEST);
    } catch (MqttException gone) {
      throw new IllegalStateException(gone);
    }
  }

  /** The broker takes connections from now on and answers none. */
  public void brokerStalls() {
    gate.beDeaf();
  }

  private void say(boolean kept) {
    String word = on ? "ON" : "OFF";
    String text =
        switch (kind) {
          case PLAIN -> fault == Fault.LIES ? "<html>" : word;
          case JSON ->
              "{\"linkquality\":80,\"state\":\"%s\",\"power\":%d,\"energy\":12500}"
                  .formatted(fault == Fault.LIES ? "<html>" : word, on ? 61 : 0);
        };
    try {
      var told = plug.publish("plug/state", text.getBytes(StandardCharsets.UTF_8), 1, kept);
      if (kept) {
        told.waitForCompletion(LONGEST);
      }
    } catch (MqttException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void hear(String topic, MqttMessage message) {
    String text = new String(message.getPayload(), StandardCharsets.UTF_8);
    if (topic.equals("plug/set")) {
      commands.add(new Command(text, message.getQos(), message.isRetained()));
    }
    if (fault == Fault.STALLS) {
      return;
    }
    if (topic.equals("plug/set") && fault != Fault.LIES) {
      on = text.contains("ON");
    }
    say(false);
  }

  @Override
  public String recipe() {
    return "mqtt";
  }

  @Override
  public Map<String, String> parameters() {
    return switch (kind) {
      case PLAIN ->
          Map.of(
              "host", "127.0.0.1",
              "port", "" + gate.port(),
              "user", "homelab",
              "commandTopic", "plug/set",
              "stateTopic", "plug/state",
              "askTopic", "plug/get");
      case JSON ->
          Map.ofEntries(
              Map.entry("host", "127.0.0.1"),
              Map.entry("port", "" + gate.port()),
              Map.entry("scheme", "mqtts"),
              Map.entry("caCertificates", certificate.orElseThrow().pem()),
              Map.entry("user", "homelab"),
              Map.entry("commandTopic", "plug/set"),
              Map.entry("onPayload", "{\"state\":\"ON\"}"),
              Map.entry("offPayload", "{\"state\":\"OFF\"}"),
              Map.entry("stateTopic", "plug/state"),
              Map.entry("statePath", "$.state"),
              Map.entry("askTopic", "plug/get"),
              Map.entry("askPayload", "{\"state\":\"\"}"),
              Map.entry("availabilityTopic", "plug/there"),
              Map.entry("availabilityPath", "$.state"),
              Map.entry("availableValue", "online"),
              Map.entry("wattsPath", "$.power"),
              Map.entry("energyPath", "$.energy"),
              Map.entry("energyUnit", "Wh"));
    };
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("password", PASSWORD);
  }

  @Override
  public String promptly() {
    return "3";
  }

  @Override
  public void fault(Fault next) {
    fault = next;
    gate.fault(next);
    broker.refuse(next == Fault.REFUSES_CREDENTIALS);
  }

  @Override
  public boolean on() {
    return on;
  }

  @Override
  public void turn(boolean to) {
    on = to;
  }

  @Override
  public String address() {
    return "127.0.0.1:" + gate.port();
  }

  @Override
  public void close() {
    try {
      later.shutdownNow();
      if (plug.isConnected()) {
        plug.disconnectForcibly(0, 1, false);
      }
      plug.close(true);
    } catch (MqttException gone) {
      throw new IllegalStateException(gone);
    } finally {
      gate.close();
      broker.close();
    }
  }

  private final class Ear implements MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      later.schedule(
          () -> hear(topic, message), fault == Fault.SLOW ? SLOWLY : 0, TimeUnit.MILLISECONDS);
    }

    @Override
    public void connectionLost(Throwable cause) {}

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}
  }
}
