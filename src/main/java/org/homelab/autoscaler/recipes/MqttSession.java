package org.homelab.autoscaler.recipes;

import java.io.EOFException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** One connection to a broker, with what was said on the plug's topics since. */
final class MqttSession implements AutoCloseable {
  private static final int AT_MOST_ONCE = 0;
  private static final long PAUSE = 200;
  private static final long GOODBYE = 500;

  private final Call call;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final List<Word> heard = new ArrayList<>();
  private final long limit;
  private MqttClient client;
  private boolean sent;

  /** Something that happens on the connection. */
  private sealed interface Event permits Word, Broken {}

  /**
   * A message.
   *
   * @param remembered whether the broker kept it from before, so that it may be old
   */
  record Word(String topic, String text, boolean remembered) implements Event {}

  private record Broken(MqttException why) implements Event {}

  MqttSession(Call call) {
    this.call = call;
    this.limit = call.seconds("timeLimit").toMillis();
  }

  /** Where the plug is heard, for people. */
  static String device(Call call) {
    return broker(call) + " " + call.text("stateTopic");
  }

  static String broker(Call call) {
    return call.text("scheme") + "://" + call.text("host") + ":" + port(call);
  }

  private static int port(Call call) {
    int port = call.number("port");
    return port > 0 ? port : call.text("scheme").equals("mqtts") ? 8883 : 1883;
  }

  /** Connects and listens to the plug. */
  void open() throws MqttException {
    String host = call.text("host");
    String authority = host.contains(":") ? "[" + host + "]" : host;
    String scheme = call.text("scheme").equals("mqtts") ? "ssl" : "tcp";
    client =
        new MqttClient(
            scheme + "://" + authority + ":" + port(call),
            "homelab-" + UUID.randomUUID().toString().substring(24),
            new MemoryPersistence());
    client.setTimeToWait(limit);
    client.setCallback(new Ear());
    client.connect(options());
    client.subscribe(call.text("stateTopic"), AT_MOST_ONCE);
    if (call.given("availabilityTopic").isPresent()) {
      client.subscribe(call.text("availabilityTopic"), AT_MOST_ONCE);
    }
  }

  private MqttConnectOptions options() {
    var options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(true);
    options.setConnectionTimeout((int) Math.max(1, Duration.ofMillis(limit).toSeconds()));
    call.given("user").ifPresent(options::setUserName);
    String password = call.secret("password");
    if (!password.isEmpty()) {
      options.setPassword(password.toCharArray());
    }
    if (call.text("scheme").equals("mqtts")) {
      options.setHttpsHostnameVerificationEnabled(true);
      Tls.context(call, new Http.Trust(call.text("caCertificates"), call.text("tlsFingerprint")))
          .ifPresent(context -> options.setSocketFactory(context.getSocketFactory()));
    }
    return options;
  }

  /** Sends a message that the broker neither keeps nor repeats. */
  void send(String topic, String text) throws MqttException {
    call.stillWanted(device(call));
    sent = true;
    client.publish(topic, text.getBytes(StandardCharsets.UTF_8), AT_MOST_ONCE, false);
  }

  /** Whether anything was sent. */
  boolean sent() {
    return sent;
  }

  /** Drops what was said so far. */
  void forget() {
    heard.clear();
    events.removeIf(event -> event instanceof Word);
  }

  /** The first message like that; empty if none comes within the time limit. */
  Optional<Word> next(Predicate<Word> fits) throws MqttException {
    Optional<Word> known = heard.stream().filter(fits).findFirst();
    if (known.isPresent()) {
      return known;
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit);
    try {
      while (true) {
        Event event = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (event == null) {
          return Optional.empty();
        }
        if (event instanceof Broken broken) {
          throw broken.why();
        }
        if (event instanceof Word word) {
          heard.add(word);
          if (fits.test(word)) {
            return Optional.of(word);
          }
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw call.unclear(device(call), "interrupted");
    }
  }

  /** Whether the same may go well a moment later. */
  static boolean worthAnother(MqttException broken) {
    return switch (broken.getReasonCode()) {
      case MqttException.REASON_CODE_FAILED_AUTHENTICATION,
          MqttException.REASON_CODE_NOT_AUTHORIZED,
          MqttException.REASON_CODE_INVALID_CLIENT_ID,
          MqttException.REASON_CODE_SUBSCRIBE_FAILED ->
          false;
      default -> !(broken.getCause() instanceof SSLException);
    };
  }

  /** The failure in our words. */
  RecipeFailure explained(MqttException broken, boolean sentBefore) {
    return sentBefore
        ? call.unclear(device(call), "the connection broke before the plug had answered")
        : call.notTaken(device(call), why(broken));
  }

  private String why(MqttException broken) {
    return switch (broken.getReasonCode()) {
      case MqttException.REASON_CODE_FAILED_AUTHENTICATION,
          MqttException.REASON_CODE_NOT_AUTHORIZED ->
          "refused the credentials; check user and the Secret of secretRef";
      case MqttException.REASON_CODE_SUBSCRIBE_FAILED ->
          "the broker does not let us listen; let the user read stateTopic and availabilityTopic";
      case MqttException.REASON_CODE_BROKER_UNAVAILABLE -> "the broker is busy; try again later";
      case MqttException.REASON_CODE_INVALID_PROTOCOL_VERSION ->
          "the broker does not speak MQTT 3.1.1";
      default -> why(broken.getCause());
    };
  }

  private String why(Throwable cause) {
    if (cause instanceof SSLException) {
      return "its certificate is not trusted (%s); give its authority in caCertificates or its"
              .formatted(Tls.why(cause))
          + " fingerprint in tlsFingerprint";
    }
    if (cause instanceof EOFException) {
      return "broke the connection off; is it an MQTT broker?";
    }
    return cause instanceof SocketException || cause instanceof UnknownHostException
        ? "cannot be reached; check host, port and that the broker runs"
        : "no answer within " + limit + " ms; is it the right address?";
  }

  @Override
  public void close() {
    if (client == null) {
      return;
    }
    try {
      try {
        client.disconnectForcibly(0, GOODBYE, true);
      } finally {
        client.close(true);
      }
    } catch (MqttException gone) {
      // The other end has closed before us.
      return;
    }
  }

  /** Puts down what happens, on the thread of the connection. */
  private final class Ear implements MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      events.add(
          new Word(
              topic,
              new String(message.getPayload(), StandardCharsets.UTF_8),
              message.isRetained()));
    }

    @Override
    public void connectionLost(Throwable cause) {
      events.add(new Broken(cause instanceof MqttException why ? why : new MqttException(cause)));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}
  }
}
