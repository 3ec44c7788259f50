package org.homelab.autoscaler;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.OptionHelper;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;

/**
 * What is logged and what a line looks like. Not written in XML, because to read that takes some
 * four hundred classes; a file that {@code -Dlogback.configurationFile} names goes before it, and
 * so do a {@code logback.xml} and a {@code logback-test.xml} on the class path.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogLines extends ContextAwareBase implements Configurator {
  private static final String LEVEL = "HOMELAB_LOG_LEVEL";

  // One line per event; a stack trace is worth its place only where somebody looks for it.
  private static final String LINE = "%d{HH:mm:ss.SSS} %-5level %-10logger{0} %msg%n%nopex";

  private static final Map<String, Level> LEVELS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("org.apache.camel", Level.WARN),
              Map.entry("org.apache.camel.support.task", Level.ERROR),
              Map.entry("io.fabric8", Level.WARN),
              Map.entry("io.fabric8.kubernetes.client.informers", Level.ERROR),
              Map.entry("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils", Level.ERROR),
              Map.entry("io.netty", Level.WARN),
              Map.entry("io.grpc", Level.WARN),
              Map.entry("io.vertx", Level.WARN),
              Map.entry("io.vertx.core.impl.BlockedThreadChecker", Level.ERROR),
              Map.entry("io.micrometer", Level.WARN),
              // Whether traces can be sent is said by our own logger "traces", once.
              Map.entry("io.opentelemetry", Level.OFF),
              Map.entry("org.quartz", Level.WARN)));

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (file()) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    String level = OptionHelper.getSystemProperty(LEVEL, OptionHelper.getEnv(LEVEL));
    configure(context, Level.toLevel(level, Level.INFO));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Lets that context log to the console from that level on. */
  static void configure(LoggerContext context, Level level) {
    LEVELS.forEach((name, least) -> context.getLogger(name).setLevel(least));
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(console(context));
  }

  private static boolean file() {
    ClassLoader classPath = LogLines.class.getClassLoader();
    return OptionHelper.getSystemProperty("logback.configurationFile") != null
        || classPath.getResource("logback-test.xml") != null
        || classPath.getResource("logback.xml") != null;
  }

  private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(LINE);
    encoder.start();
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setName("CONSOLE");
    console.setEncoder(encoder);
    console.start();
    return console;
  }
}
