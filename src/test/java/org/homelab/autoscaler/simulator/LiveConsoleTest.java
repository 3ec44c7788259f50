package org.homelab.autoscaler.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveConsoleTest {
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(screen, true, StandardCharsets.UTF_8);

  @Test
  void aLineScrollsByAboveTheTable() {
    var console = new LiveConsole(out, () -> "head\natlas on\n");
    console.redraw();
    console.print("something happened\n");
    assertThat(text())
        .isEqualTo(
            "\r\u001b[J\u001b[?7lhead\natlas on\n\u001b[?7h"
                + "\r\u001b[2A\u001b[Jsomething happened\n"
                + "\u001b[?7lhead\natlas on\n\u001b[?7h");
  }

  @Test
  void manyWritersDoNotTear() {
    var console = new LiveConsole(out, () -> "head\nrow\n");
    IntStream.range(0, 400).parallel().forEach(i -> console.print("line " + i + "\n"));
    String frame = "\r(\u001b\\[2A)?\u001b\\[Jline [0-9]+\n\u001b\\[\\?7lhead\nrow\n\u001b\\[\\?7h";
    assertThat(text()).matches("(" + frame + "){400}");
  }

  @Test
  void logLinesOfTheConsoleGoThroughItWhileItIsInstalled() {
    var context = new LoggerContext();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<ILoggingEvent> before = console(context);
    root.addAppender(before);
    try (var live =
        LiveAppender.install(context, new LiveConsole(out, () -> "row\n"), true).orElseThrow()) {
      assertThat(root.isAttached(before)).isFalse();
      context.getLogger("rack").info("{} powers on", "atlas");
      assertThat(text()).contains("rack atlas powers on\n").endsWith("row\n\u001b[?7h");
      context.getLogger("rack").warn("atlas hangs");
      assertThat(text()).contains("\u001b[33mrack atlas hangs\n\u001b[0m");
      assertThat(live.isStarted()).isTrue();
    }
    assertThat(root.isAttached(before)).isTrue();
  }

  @Test
  void withoutAConsoleThereIsNothingToReplace() {
    assertThat(LiveAppender.install(new LoggerContext(), new LiveConsole(out, () -> ""), false))
        .isEmpty();
  }

  @Test
  void aTableNeedsAPersonsTerminal() {
    assertThat(Terminal.of(Map.of("TERM", "xterm"), true)).isEqualTo(new Terminal(true, true));
    assertThat(Terminal.of(Map.of("TERM", "xterm"), false)).isEqualTo(new Terminal(false, false));
    assertThat(Terminal.of(Map.of("TERM", "dumb"), true)).isEqualTo(new Terminal(false, false));
    assertThat(Terminal.of(Map.of(), true)).isEqualTo(new Terminal(false, false));
    assertThat(Terminal.of(Map.of("TERM", "xterm", "CI", "true"), true))
        .isEqualTo(new Terminal(false, false));
    assertThat(Terminal.of(Map.of("TERM", "xterm", "NO_COLOR", "1"), true))
        .isEqualTo(new Terminal(true, false));
  }

  private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%logger %msg%n");
    encoder.start();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  private String text() {
    return screen.toString(StandardCharsets.UTF_8);
  }
}
