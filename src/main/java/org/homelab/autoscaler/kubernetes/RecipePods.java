package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerPodSpec;
import org.homelab.autoscaler.api.PowerPodSpec.PowerPodVolume;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.power.Step;

/** Pods of recipes that are carried out by a Job. */
final class RecipePods {
  private RecipePods() {}

  /** A pod that runs these words, each as it stands. */
  static PowerPodSpec of(
      String image, List<String> words, List<PowerPodVolume> volumes, List<EnvVar> environment) {
    return pod(image, literally(words), null, volumes, environment, null);
  }

  /** A pod on its host's network whose image runs with these arguments, each as it stands. */
  static PowerPodSpec onHostNetwork(
      String image, List<String> arguments, List<EnvVar> environment) {
    return pod(image, null, literally(arguments), null, environment, true);
  }

  /** A kubelet would put the value of a variable in place of {@code $(NAME)}. */
  private static List<String> literally(List<String> words) {
    return words.stream().map(word -> word.replace("$", "$$")).toList();
  }

  /** The Secret of the recipe that the step's command is given by. */
  static Optional<String> secret(Step step) {
    return step.after()
        .operation()
        .flatMap(
            under -> {
              int stage = under.command().map(Operation.Command::stage).orElse(0);
              return step.machine().power().recipe(under.type(), stage).secret();
            });
  }

  /** An entry of that Secret, as environment variable; nothing where there is no Secret. */
  static List<EnvVar> variable(Step step, String name, String entry, boolean optional) {
    return secret(step)
        .map(
            secret ->
                new EnvVarBuilder()
                    .withName(name)
                    .withNewValueFrom()
                    .withNewSecretKeyRef(entry, secret, optional)
                    .endValueFrom()
                    .build())
        .stream()
        .toList();
  }

  private static PowerPodSpec pod(
      String image,
      List<String> command,
      List<String> arguments,
      List<PowerPodVolume> volumes,
      List<EnvVar> environment,
      Boolean hostNetwork) {
    return new PowerPodSpec(
        image,
        command,
        arguments,
        volumes,
        null,
        null,
        environment,
        null,
        null,
        hostNetwork,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
