package org.homelab.autoscaler.simulator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Takes the place of the console's appender, so that log lines and the table do not tear. */
final class LiveAppender extends UnsynchronizedAppenderBase<ILoggingEvent>
    implements AutoCloseable {
  private static final String YELLOW = "\u001b[33m";
  private static final String RED = "\u001b[31m";
  private static final String PLAIN = "\u001b[0m";

  private final LiveConsole console;
  private final boolean colours;
  private final Logger root;
  private final ConsoleAppender<ILoggingEvent> replaced;
  private final Encoder<ILoggingEvent> encoder;

  private LiveAppender(
      LiveConsole console, boolean colours, Logger root, ConsoleAppender<ILoggingEvent> replaced) {
    this.console = console;
    this.colours = colours;
    this.root = root;
    this.replaced = replaced;
    this.encoder = replaced.getEncoder();
  }

  /**
   * Installs it where the log goes to the console; otherwise there is nothing to replace.
   *
   * @param colours whether warnings and errors are coloured
   */
  static Optional<LiveAppender> install(LiveConsole console, boolean colours) {
    return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        ? install(context, console, colours)
        : Optional.empty();
  }

  static Optional<LiveAppender> install(
      LoggerContext context, LiveConsole console, boolean colours) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
      if (all.next() instanceof ConsoleAppender<ILoggingEvent> found) {
        var live = new LiveAppender(console, colours, root, found);
        live.setContext(context);
        live.start();
        root.addAppender(live);
        root.detachAppender(found);
        return Optional.of(live);
      }
    }
    return Optional.empty();
  }

  @Override
  protected void append(ILoggingEvent event) {
    String line = new String(encoder.encode(event), StandardCharsets.UTF_8);
    console.print(colour(event.getLevel()).map(code -> code + line + PLAIN).orElse(line));
  }

  private Optional<String> colour(Level level) {
    return !colours || level.toInt() < Level.WARN_INT
        ? Optional.empty()
        : Optional.of(level == Level.WARN ? YELLOW : RED);
  }

  /** Puts the console's appender back. */
  @Override
  public void close() {
    root.detachAppender(this);
    root.addAppender(replaced);
    stop();
  }
}
