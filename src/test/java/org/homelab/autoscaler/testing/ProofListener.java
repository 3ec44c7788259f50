package org.homelab.autoscaler.testing;

import java.util.Optional;
import java.util.stream.Stream;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Notes of every suite that is to prove something that it runs, and whether it fails. */
public final class ProofListener implements TestExecutionListener {
  private TestPlan plan;

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    if (test.isTest()) {
      proof(test).ifPresent(proof -> proof.tried(Tried.TESTS, 1));
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.FAILED) {
      proof(test).ifPresent(proof -> proof.tried(Tried.VIOLATIONS, 1));
    }
  }

  private Optional<Proof> proof(TestIdentifier test) {
    return Stream.iterate(
            Optional.of(test), Optional::isPresent, one -> one.flatMap(plan::getParent))
        .flatMap(
            one -> one.flatMap(TestIdentifier::getSource).flatMap(ProofListener::suite).stream())
        .findFirst()
        .filter(suite -> suite.isAnnotationPresent(Proves.class))
        .map(Proof::of);
  }

  private static Optional<Class<?>> suite(TestSource source) {
    if (source instanceof MethodSource method) {
      return Optional.of(method.getJavaClass());
    }
    return source instanceof ClassSource type ? Optional.of(type.getJavaClass()) : Optional.empty();
  }
}
