package org.homelab.autoscaler.testing.devices;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Shelly plug of the first generation or a later one, password set. */
public final class ShellyFake extends HttpFake {
  private static final String PASSWORD = "canary-shelly\"{{x}}";
  private static final String NONCE = "60dc2c69";

  private final boolean first;

  public ShellyFake(boolean firstGeneration) {
    super(Optional.empty());
    this.first = firstGeneration;
  }

  @Override
  Reply reply(Request request) {
    return first ? firstGeneration(request) : later(request);
  }

  private Reply firstGeneration(Request request) {
    if (!request.basic("admin", PASSWORD)) {
      return new Reply(401, "");
    }
    if (request.path().equals("/meter/0")) {
      return new Reply(
          200, "{\"power\":%d.5,\"is_valid\":true,\"total\":750000}".formatted(on() ? 61 : 0));
    }
    if (request.query().startsWith("turn=")) {
      turn(request.query().equals("turn=on"));
    }
    return new Reply(200, "{\"ison\":" + on() + ",\"has_timer\":false}");
  }

  private Reply later(Request request) {
    if (!authorised(request)) {
      request
          .head()
          .getResponseHeaders()
          .set(
              "WWW-Authenticate",
              "Digest qop=\"auth\", realm=\"shellyplus\", nonce=\""
                  + NONCE
                  + "\", algorithm=SHA-256");
      return new Reply(401, "");
    }
    if (request.path().equals("/rpc/Switch.Set")) {
      boolean before = on();
      turn(request.query().equals("id=0&on=true"));
      return new Reply(200, "{\"was_on\":" + before + "}");
    }
    return new Reply(
        200,
        "{\"id\":0,\"output\":%s,\"apower\":%d.5,\"aenergy\":{\"total\":12500.0}}"
            .formatted(on(), on() ? 61 : 0));
  }

  private boolean authorised(Request request) {
    String given = request.header("Authorization");
    String path = request.head().getRequestURI().toString();
    String who = hash("admin:shellyplus:" + PASSWORD);
    String what = hash(request.method() + ":" + path);
    String expected =
        hash(who + ":" + NONCE + ":00000001:" + part(given, "cnonce") + ":auth:" + what);
    return part(given, "response").equals(expected);
  }

  private static String part(String header, String name) {
    Matcher found = Pattern.compile(name + "=\"([^\"]*)\"").matcher(header);
    return found.find() ? found.group(1) : "";
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  @Override
  public String recipe() {
    return "shelly";
  }

  @Override
  public Map<String, String> parameters() {
    return Map.of(
        "host",
        "127.0.0.1",
        "port",
        "" + port(),
        "generation",
        first ? "1" : "2",
        "onAboveWatts",
        first ? "5" : "0");
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("password", PASSWORD);
  }
}
