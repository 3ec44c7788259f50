package org.homelab.autoscaler.fleet;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says which order wrote a machine's powerState. A machine that carries none was last changed by a
 * person, or by an order that was taken back.
 *
 * @param number number of the order in its group's life
 * @param group uid of the Group that the order was for
 */
public record OrderMark(long number, String group) {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,18}) of (\\S{1,128})");

  /** As it stands in the annotation: {@code 12 of 7d0c4f3e}. */
  public String text() {
    return number + " of " + group;
  }

  /** Whether the other is that of a later order for the same group. */
  public boolean precedes(OrderMark other) {
    return group.equals(other.group()) && number < other.number();
  }

  /** What the annotation says once the order was taken back from the machine. */
  public String takenBackText() {
    return text() + ", taken back";
  }

  /** The mark that the text is; nothing for any other text. */
  public static Optional<OrderMark> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(new OrderMark(Long.parseLong(matcher.group(1)), matcher.group(2)))
        : Optional.empty();
  }
}
