package org.homelab.autoscaler.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.api.PowerPodSpec;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.Call;
import org.homelab.autoscaler.recipes.Reading;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.recipes.WakeOnLan;

/**
 * Wakes machines by Jobs on the network of their hosts, because a broadcast never leaves the
 * network of pods. A Job runs the operator's own image for the length of the recipe.
 */
public final class WakeOnLanJobs {
  private static final List<String> PARAMETERS =
      List.of("mac", "broadcast", "port", "packets", "interval", "repeatFor", "host", "probePort");

  private final PowerJobs jobs;
  private final WakeOnLan desk;
  private final String image;

  /**
   * Wakes by Jobs.
   *
   * @param desk what looks for signs of life, which needs no broadcast
   * @param image of the operator
   */
  public WakeOnLanJobs(PowerJobs jobs, WakeOnLan desk, String image) {
    this.jobs = jobs;
    this.desk = desk;
    this.image = image;
  }

  /** Creates the Job. */
  public void powerOn(@Body Step step, @ExchangeProperty(Call.PROPERTY) Call call) {
    if (image.isEmpty()) {
      throw new RecipeFailure.NotTaken(
          "recipe "
              + call.recipe()
              + ": the broadcast needs the host's network; set homelab.image to the operator's"
              + " image, or homelab.host-network with hostNetwork: true");
    }
    jobs.startup(step, pod(step, call));
  }

  /** Looks for a sign of life. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    return desk.probe(call);
  }

  private PowerPodSpec pod(Step step, Call call) {
    Map<String, String> options = new TreeMap<>();
    PARAMETERS.forEach(name -> options.put(name, call.text(name)));
    List<String> arguments =
        Stream.of(
                Stream.of("recipe", "wake-on-lan"),
                options.entrySet().stream().map(it -> "--" + it.getKey() + "=" + it.getValue()),
                Stream.of("on"))
            .flatMap(part -> part)
            .toList();
    return RecipePods.onHostNetwork(
        image, arguments, RecipePods.variable(step, "RECIPE_SECURE_ON", "secureOn", true));
  }
}
