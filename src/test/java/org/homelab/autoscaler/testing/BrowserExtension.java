package org.homelab.autoscaler.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts one headless Chromium for all tests that ask for it. */
final class BrowserExtension implements ExecutionCondition, ParameterResolver {
  private static final Logger LOG = LoggerFactory.getLogger(BrowserExtension.class);
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final String BANNER =
      """

      ######################################################################################
      ##  SKIPPED: every test of the page in a real browser.                              ##
      ##  Install Chromium and its driver (Debian: chromium chromium-driver), then run    ##
      ##  mvn verify again.                                                               ##
      ######################################################################################\
      """;

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Files.isExecutable(DRIVER) && Files.isExecutable(CHROMIUM)) {
      return ConditionEvaluationResult.enabled("there is a browser");
    }
    store(context).getOrComputeIfAbsent(BANNER, BrowserExtension::shout);
    return ConditionEvaluationResult.disabled("no Chromium: no real browser");
  }

  private static Boolean shout(String banner) {
    LOG.warn(banner);
    return true;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Browser.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return store(context)
        .getOrComputeIfAbsent(Browser.class, key -> Browser.start(DRIVER, CHROMIUM), Browser.class);
  }

  /** The root's store lives as long as the run and closes what it holds. */
  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getRoot().getStore(Namespace.create(BrowserExtension.class));
  }
}
