package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.homelab.autoscaler.power.ExtensionPoint;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Verdict;

/** Reads what a flow has answered. What cannot be read is no consent. */
final class Verdicts {
  private static final Duration AGAIN = Duration.ofSeconds(30);
  private static final long SOONEST = 5;
  private static final long LATEST = 3600;
  private static final int LONGEST = 300;

  /** What comes after the host may be a secret, such as that of a webhook. */
  private static final Pattern ADDRESS = Pattern.compile("(\\w+://)(?:[^/\\s?]*@)?([^/\\s?]+)\\S*");

  private Verdicts() {}

  static Verdict of(ExtensionPoint point, Exchange done) {
    if (done.getException() != null) {
      return failed(point, words(done.getException()));
    }
    Optional<String> said = header(done, Headers.VERDICT);
    if (said.isEmpty() || said.get().equals("pass")) {
      return new Verdict.Pass();
    }
    if (!said.get().equals("wait")) {
      return failed(
          point, Headers.VERDICT + " is neither pass nor wait but \"" + said.get() + "\"");
    }
    String why = header(done, Headers.WHY).orElse("it does not say why");
    return new Verdict.NotYet(Reason.FLOW_WAITS, text(point, why), again(done));
  }

  static Verdict.NotYet failed(ExtensionPoint point, String why) {
    return new Verdict.NotYet(Reason.FLOW_FAILED, text(point, why), AGAIN);
  }

  /** The failure in one line, without what may be secret in it. */
  static String words(Throwable failure) {
    return ADDRESS.matcher(OneLine.of(failure)).replaceAll("$1$2");
  }

  private static String text(ExtensionPoint point, String why) {
    String words = point.route() + ": " + why.strip().replaceAll("\\s+", " ");
    return words.length() > LONGEST ? words.substring(0, LONGEST) : words;
  }

  private static Optional<String> header(Exchange done, String name) {
    return Optional.ofNullable(done.getMessage().getHeader(name, String.class))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static Duration again(Exchange done) {
    return header(done, Headers.ASK_AGAIN)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Long::parseLong)
        .map(seconds -> Duration.ofSeconds(Math.min(Math.max(seconds, SOONEST), LATEST)))
        .orElse(AGAIN);
  }
}
