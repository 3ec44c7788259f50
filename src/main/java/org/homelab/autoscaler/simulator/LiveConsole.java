package org.homelab.autoscaler.simulator;

import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * A terminal with a table at its bottom: lines scroll by above it, and it is redrawn in place.
 * Everything goes through one lock, so that nothing tears.
 */
final class LiveConsole {
  private static final String UP = "\u001b[%dA";
  private static final String CLEAR_BELOW = "\u001b[J";
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final PrintStream out;
  private final Supplier<String> table;
  private int drawn;

  LiveConsole(PrintStream out, Supplier<String> table) {
    this.out = out;
    this.table = table;
  }

  /** Prints text, which ends its lines itself, above the table. */
  synchronized void print(String text) {
    draw(text);
  }

  /** Draws the table as it is now. */
  synchronized void redraw() {
    draw("");
  }

  private void draw(String above) {
    // Computed first: what logs meanwhile must find the screen whole.
    String lines = table.get();
    var frame = new StringBuilder("\r");
    if (drawn > 0) {
      frame.append(UP.formatted(drawn));
    }
    frame.append(CLEAR_BELOW).append(above);
    // A line that wraps would make the table higher than it is counted.
    frame.append(NO_WRAP).append(lines).append(WRAP);
    drawn = (int) lines.chars().filter(c -> c == '\n').count();
    out.print(frame);
    out.flush();
  }
}
