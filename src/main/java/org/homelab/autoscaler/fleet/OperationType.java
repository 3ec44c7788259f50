package org.homelab.autoscaler.fleet;

/** The two things that can be done to a machine's power. The texts are Job label values. */
public enum OperationType {
  STARTUP("startup"),
  SHUTDOWN("shutdown");

  private final String text;

  OperationType(String text) {
    this.text = text;
  }

  /** {@code startup} or {@code shutdown}. */
  public String text() {
    return text;
  }

  /**
   * The type of that text.
   *
   * @throws IllegalArgumentException if it is neither {@code startup} nor {@code shutdown}
   */
  public static OperationType of(String text) {
    return switch (text) {
      case "startup" -> STARTUP;
      case "shutdown" -> SHUTDOWN;
      default -> throw new IllegalArgumentException("not an operation: " + text);
    };
  }
}
