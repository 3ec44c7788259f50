package org.homelab.autoscaler.testing;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the shared control plane when the first test asks for it, and stops it after the last. */
final class ControlPlaneExtension implements ExecutionCondition, ParameterResolver {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneExtension.class);
  private static final String ASSETS = "KUBEBUILDER_ASSETS";
  private static final String BANNER =
      """

      ######################################################################################
      ##  SKIPPED: every test against a real Kubernetes control plane.                    ##
      ##  Set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver,                   ##
      ##  kube-controller-manager, kube-scheduler and kwok, then run mvn verify again.    ##
      ######################################################################################\
      """;

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (assets().isPresent()) {
      return ConditionEvaluationResult.enabled(ASSETS + " is set");
    }
    store(context).getOrComputeIfAbsent(BANNER, ControlPlaneExtension::shout);
    return ConditionEvaluationResult.disabled(ASSETS + " is not set: no real control plane");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ControlPlane.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return store(context)
        .getOrComputeIfAbsent(
            ControlPlane.class,
            key ->
                ControlPlane.start(assets().orElseThrow(), EnumSet.allOf(ControlPlane.Part.class)),
            ControlPlane.class);
  }

  private static Boolean shout(String banner) {
    LOG.warn(banner);
    return true;
  }

  private static Optional<Path> assets() {
    return Optional.ofNullable(System.getenv(ASSETS)).filter(path -> !path.isBlank()).map(Path::of);
  }

  /** The root's store lives as long as the run and closes what it holds. */
  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getRoot().getStore(Namespace.create(ControlPlaneExtension.class));
  }
}
