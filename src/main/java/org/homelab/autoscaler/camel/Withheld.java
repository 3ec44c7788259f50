package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.homelab.autoscaler.flows.FlowMessage;
import org.homelab.autoscaler.power.Verdict;

/**
 * What flows have said to the steps that they do not let pass. It stands until they are to be asked
 * again, or until there is something else to ask them; without it every look would ask anew.
 *
 * @param <T> whom was asked about what; told apart by {@code equals}
 */
final class Withheld<T> {
  private final Map<T, Said> said = new ConcurrentHashMap<>();

  private record Said(FlowMessage question, Verdict.NotYet answer, Instant until) {}

  /** Keeps an answer, or none if the step may pass. */
  void note(T topic, FlowMessage message, Verdict verdict, Instant now) {
    if (verdict instanceof Verdict.NotYet notYet) {
      said.put(topic, new Said(question(message), notYet, now.plus(notYet.again())));
    } else {
      said.remove(topic);
    }
  }

  /** The answer that stands at that time. */
  Optional<Verdict.NotYet> standing(T topic, FlowMessage message, Instant now) {
    return about(topic, message)
        .filter(known -> now.isBefore(known.until()))
        .map(known -> again(known.answer(), now, known.until()));
  }

  /** The last answer to that question while it is put once more, until then at the latest. */
  Optional<Verdict.NotYet> last(T topic, FlowMessage message, Instant now, Instant until) {
    return about(topic, message).map(known -> again(known.answer(), now, until));
  }

  private Optional<Said> about(T topic, FlowMessage message) {
    return Optional.ofNullable(said.get(topic))
        .filter(known -> known.question().equals(question(message)));
  }

  private static Verdict.NotYet again(Verdict.NotYet answer, Instant now, Instant until) {
    return new Verdict.NotYet(answer.reason(), answer.why(), Duration.between(now, until));
  }

  /** When it is asked is no part of a question. */
  private static FlowMessage question(FlowMessage message) {
    return new FlowMessage(
        message.version(), message.point(), "", message.machine(), message.cause());
  }
}
