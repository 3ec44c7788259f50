package org.homelab.autoscaler.recipes;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers a digest challenge (RFC 7616, quality auth), which keeps the password off the wire. */
final class Digest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Digest() {}

  static String answer(
      Call call, Http.Request request, HttpResponse<?> challenge, String user, String password) {
    String asked = challenge.headers().firstValue("WWW-Authenticate").orElse("");
    if (!asked.regionMatches(true, 0, "Digest", 0, "Digest".length())) {
      throw call.notTaken(
          request.device(), "refused the credentials; check user and the Secret of secretRef");
    }
    String realm = part(asked, "realm");
    String nonce = part(asked, "nonce");
    String algorithm = part(asked, "algorithm").equalsIgnoreCase("MD5") ? "MD5" : "SHA-256";
    String query = request.uri().getRawQuery();
    String path = request.uri().getRawPath() + (query == null ? "" : "?" + query);
    String once = HexFormat.of().toHexDigits(RANDOM.nextLong());
    String who = hash(algorithm, user + ":" + realm + ":" + password);
    String what = hash(algorithm, request.method() + ":" + path);
    String response = hash(algorithm, who + ":" + nonce + ":00000001:" + once + ":auth:" + what);
    return ("Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", algorithm=%s,"
            + " qop=auth, nc=00000001, cnonce=\"%s\", response=\"%s\"")
        .formatted(user, realm, nonce, path, algorithm, once, response);
  }

  private static String part(String challenge, String name) {
    Matcher found =
        Pattern.compile("\\b" + name + "=\"?([^\",]*)\"?", Pattern.CASE_INSENSITIVE)
            .matcher(challenge);
    return found.find() ? found.group(1) : "";
  }

  private static String hash(String algorithm, String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
