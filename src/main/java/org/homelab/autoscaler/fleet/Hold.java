package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A person's word about a machine or a group that holds until it ends: hands off it, maintenance,
 * keep it on, force all on.
 *
 * @param until when it ends by itself; absent: when the annotation goes
 * @param reason the person's words
 */
public record Hold(Optional<Instant> until, String reason) {

  /** As it would be written in an annotation. */
  public String text() {
    return until.map(time -> "until=" + time + "; ").orElse("") + reason;
  }

  /** Whether it is in force. */
  public boolean activeAt(Instant now) {
    return until.map(now::isBefore).orElse(true);
  }

  /**
   * Reads {@code until=2026-12-01T08:00Z; disk swap}, both parts optional. A time that cannot be
   * read makes the hold unlimited, since holding too long harms less than too short.
   */
  public static Hold parse(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith("until=")) {
      return new Hold(Optional.empty(), trimmed);
    }
    int end = trimmed.indexOf(';');
    String time = trimmed.substring("until=".length(), end < 0 ? trimmed.length() : end).strip();
    String reason = end < 0 ? "" : trimmed.substring(end + 1).strip();
    try {
      return new Hold(Optional.of(OffsetDateTime.parse(time).toInstant()), reason);
    } catch (DateTimeParseException unreadable) {
      return new Hold(
          Optional.empty(),
          (reason + " (until=" + time + " is no time such as 2026-12-01T08:00Z)").strip());
    }
  }
}
