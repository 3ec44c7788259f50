package org.homelab.autoscaler.camel;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a class says in the log while this is open. */
public final class LogLines implements AutoCloseable {
  private final Logger logger;
  private final Level before;
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  /** Listens to a class from now on. */
  public LogLines(Class<?> speaker) {
    logger = (Logger) LoggerFactory.getLogger(speaker);
    before = logger.getLevel();
    logger.setLevel(Level.INFO);
    lines.list = new java.util.concurrent.CopyOnWriteArrayList<>();
    lines.start();
    logger.addAppender(lines);
  }

  /** Each line with its level. */
  public List<String> lines() {
    return lines.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(lines);
    logger.setLevel(before);
  }
}
