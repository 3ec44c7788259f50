package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.homelab.autoscaler.certificates.CertificatesCommand;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.kubernetes.Connection;
import org.homelab.autoscaler.page.Top;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Starts the operator and cloud provider, in simulate mode together with a pretend homelab. */
public final class Application {
  private static final int FAILED = 1;
  private static final int WRONG_SETTING = 2;
  private static final Logger LOG = LoggerFactory.getLogger(Application.class);

  private final PrintStream errors;

  private Application(PrintStream errors) {
    this.errors = errors;
  }

  /**
   * Ends with status 0 when stopped, 1 when it could not start or a simulated cycle failed, 2 on a
   * wrong setting.
   */
  public static void main(String[] arguments) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    List<String> words = List.of(arguments);
    if (!words.isEmpty() && words.get(0).equals("top")) {
      System.exit(
          Top.run(words.subList(1, words.size()), System.out, System.err, Clock.systemUTC()));
    }
    System.exit(
        RecipeCommand.asked(words)
            ? tryRecipe(words)
            : new Application(System.err).run(words, System.getenv()));
  }

  private static int tryRecipe(List<String> arguments) {
    RecipeCommand.hushLog();
    return new RecipeCommand(System.getenv(), System.out, System.err).run(arguments);
  }

  private int run(List<String> arguments, Map<String, String> environment) {
    try {
      if (arguments.equals(List.of(CertificatesCommand.NAME))) {
        return certificates(environment);
      }
      Settings settings = Settings.read(arguments, environment);
      Settings.unknown(environment).ifPresent(LOG::warn);
      return settings.simulate() ? simulate(arguments, environment) : operate(settings);
    } catch (Settings.Invalid wrong) {
      errors.println("homelab-autoscaler: " + wrong.getMessage());
      return WRONG_SETTING;
    } catch (Connection.NoKubeconfig missing) {
      errors.println("homelab-autoscaler: " + missing.getMessage());
      return FAILED;
    } catch (KubernetesClientException unusable) {
      errors.println(
          "homelab-autoscaler: the kubeconfig (or the pod's service account) cannot be used: "
              + StartFailure.innermost(unusable));
      return FAILED;
    }
  }

  private int certificates(Map<String, String> environment) {
    try (KubernetesClient client = Connection.open()) {
      new CertificatesCommand(client, Clock.systemUTC()).run(environment);
      return 0;
    } catch (CertificatesCommand.Failed failed) {
      errors.println("homelab-autoscaler: " + failed.getMessage());
      return FAILED;
    }
  }

  private int operate(Settings settings) {
    var calls = new ApiCalls();
    try (KubernetesClient client = Connection.open(calls)) {
      LOG.info(
          "cluster mode against {}, namespace {}", client.getMasterUrl(), settings.namespace());
      return new Process(settings, client, Clock.systemUTC(), Optional.empty())
          .counting(calls)
          .run(started -> {});
    }
  }

  private int simulate(List<String> arguments, Map<String, String> environment) {
    Optional<Simulation> found = ServiceLoader.load(Simulation.class).findFirst();
    if (found.isEmpty()) {
      errors.println(
          "homelab-autoscaler: simulate mode is not in this installation (lib-simulate/ is missing);"
              + " for a cluster set HOMELAB_MODE=cluster");
      return WRONG_SETTING;
    }
    try (Simulation simulation = found.get()) {
      Settings settings = Settings.read(arguments, environment, simulation.properties());
      Config config = simulation.start();
      var calls = new ApiCalls();
      try (KubernetesClient client = Connection.of(config, calls)) {
        var process =
            new Process(settings, client, Clock.systemUTC(), Optional.of(simulation.playground()))
                .counting(calls);
        return process.run(
            started ->
                simulation.play(
                    settings.grpcHost(),
                    settings.number(Setting.GRPC_PORT),
                    settings.number(Setting.SIMULATE_CYCLES),
                    result -> started.end(result.exitStatus())));
      }
    }
  }
}
