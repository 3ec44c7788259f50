package org.homelab.autoscaler.kubernetes;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.api.PowerPodSpec;
import org.homelab.autoscaler.api.PowerPodSpec.PowerPodVolume;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.Call;
import org.homelab.autoscaler.recipes.Script;

/**
 * Runs scripts out of a ConfigMap in Jobs. The machine's Secret is mounted beside them; the kubelet
 * reads both, the operator neither.
 */
public final class ScriptJobs {
  private final PowerJobs jobs;

  /** Commands as these Jobs. */
  public ScriptJobs(PowerJobs jobs) {
    this.jobs = jobs;
  }

  /** Creates the Job that switches on. */
  public void powerOn(@Body Step step, @ExchangeProperty(Call.PROPERTY) Call call) {
    jobs.startup(step, pod(step, call, Script.on(call)));
  }

  /** Creates the Job that switches off. */
  public void powerOff(@Body Step step, @ExchangeProperty(Call.PROPERTY) Call call) {
    jobs.shutdown(step, pod(step, call, Script.off(call)));
  }

  private static PowerPodSpec pod(Step step, Call call, List<String> words) {
    List<PowerPodVolume> volumes =
        Stream.concat(
                Stream.of(
                    new PowerPodVolume(
                        "recipe", Script.FOLDER, null, call.text("configMap"), null, null)),
                RecipePods.secret(step).stream()
                    .map(
                        name ->
                            new PowerPodVolume("secret", Script.SECRET, name, null, null, null)))
            .toList();
    return RecipePods.of(call.text("image"), words, volumes, List.of());
  }
}
