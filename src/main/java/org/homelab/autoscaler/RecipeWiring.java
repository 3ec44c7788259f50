package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.camel.spi.Registry;
import org.homelab.autoscaler.camel.RecipeDesk;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.kubernetes.ClusterSecrets;
import org.homelab.autoscaler.kubernetes.IpmiJobs;
import org.homelab.autoscaler.kubernetes.PowerJobs;
import org.homelab.autoscaler.kubernetes.ScriptJobs;
import org.homelab.autoscaler.kubernetes.WakeOnLanJobs;
import org.homelab.autoscaler.recipes.Catalogue;
import org.homelab.autoscaler.recipes.Devices;
import org.homelab.autoscaler.recipes.MountedSecrets;
import org.homelab.autoscaler.recipes.Secrets;
import org.homelab.autoscaler.recipes.WakeOnLan;

/** The recipes, the beans that speak to devices for them, and where their secrets are. */
record RecipeWiring(Settings settings, KubernetesClient client, Clock clock) {
  /** The recipes shipped, and those of the user. */
  Catalogue catalogue() {
    var folders = new RouteFolders(settings);
    return Catalogue.read(
        Stream.concat(folders.custom().stream(), Stream.of(folders.shipped()))
            // A ConfigMap has no folders: there recipes lie among the routes.
            .flatMap(folder -> Stream.of(folder.resolve("kamelets"), folder))
            .toList(),
        settings.text(Setting.HOST_NETWORK).equals("true"));
  }

  /**
   * Binds what the Kamelets call.
   *
   * @param leading whether this replica may give commands
   */
  void bind(
      Registry registry, Fleet fleet, Catalogue recipes, PowerJobs jobs, BooleanSupplier leading) {
    registry.bind("recipes", new RecipeDesk(fleet, recipes, secrets(), clock, leading));
    Devices.bind(registry::bind);
    registry.bind("ipmi", new IpmiJobs(jobs));
    registry.bind("script", new ScriptJobs(jobs));
    if (settings.text(Setting.HOST_NETWORK).equals("false")) {
      WakeOnLan desk = registry.lookupByNameAndType("wakeOnLan", WakeOnLan.class);
      registry.bind("wakeOnLan", new WakeOnLanJobs(jobs, desk, settings.text(Setting.IMAGE)));
    }
  }

  private Secrets secrets() {
    String folder = settings.text(Setting.SECRETS);
    return folder.isEmpty()
        ? new ClusterSecrets(client, settings.secretsNamespace())
        : new MountedSecrets(Path.of(folder));
  }
}
