package org.homelab.autoscaler.fleet;

/** How far a machine is. The texts are those of the Go implementation's status.progress. */
public enum Progress {
  /** Never looked at. */
  NEW(""),
  SHUTDOWN("shutdown"),
  STARTING_UP("startingup"),
  READY("ready"),
  SHUTTING_DOWN("shuttingdown");

  private final String text;

  Progress(String text) {
    this.text = text;
  }

  /** The value in status.progress. */
  public String text() {
    return text;
  }

  /** The progress of that text; an unknown or absent one counts as {@link #NEW}. */
  public static Progress of(String text) {
    for (Progress progress : values()) {
      if (progress.text.equals(text)) {
        return progress;
      }
    }
    return NEW;
  }
}
