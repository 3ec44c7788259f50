package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogLinesTest {
  private final LoggerContext context = new LoggerContext();

  @Test
  void aFileOnTheClassPathGoesBefore() {
    assertThat(new LogLines().configure(context)).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
    assertThat(root().iteratorForAppenders()).isExhausted();
  }

  @Test
  void whatLibrariesTellOfThemselvesIsLeftOut() {
    LogLines.configure(context, Level.DEBUG);
    assertThat(context.getLogger("power").isDebugEnabled()).isTrue();
    assertThat(context.getLogger("org.apache.camel.main").isInfoEnabled()).isFalse();
    assertThat(context.getLogger("io.opentelemetry.exporter").isErrorEnabled()).isFalse();
  }

  @Test
  void anEventIsOneLineWithoutAStackTrace() {
    LogLines.configure(context, Level.INFO);
    var console = (ConsoleAppender<ILoggingEvent>) root().getAppender("CONSOLE");
    var event =
        new LoggingEvent(
            "",
            context.getLogger("org.homelab.power"),
            Level.WARN,
            "machine={}",
            new IllegalStateException("expected"),
            new Object[] {"m1"});
    assertThat(new String(console.getEncoder().encode(event), StandardCharsets.UTF_8))
        .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  power      machine=m1\\R");
  }

  private ch.qos.logback.classic.Logger root() {
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
