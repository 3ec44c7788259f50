package org.homelab.autoscaler.kubernetes;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.api.PowerPodSpec;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.Call;
import org.homelab.autoscaler.recipes.Ipmi;

/** Runs ipmitool in Jobs, without a shell; the kubelet hands it the password, we never see it. */
public final class IpmiJobs {
  private final PowerJobs jobs;

  /** Commands as these Jobs. */
  public IpmiJobs(PowerJobs jobs) {
    this.jobs = jobs;
  }

  /** Creates the Job that switches on. */
  public void powerOn(@Body Step step, @ExchangeProperty(Call.PROPERTY) Call call) {
    jobs.startup(step, pod(step, call, Ipmi.on(call)));
  }

  /** Creates the Job that switches off. */
  public void powerOff(@Body Step step, @ExchangeProperty(Call.PROPERTY) Call call) {
    jobs.shutdown(step, pod(step, call, Ipmi.off(call)));
  }

  private static PowerPodSpec pod(Step step, Call call, List<String> words) {
    return RecipePods.of(
        call.text("image"),
        Stream.concat(Stream.of("ipmitool"), words.stream()).toList(),
        List.of(),
        RecipePods.variable(step, Ipmi.PASSWORD, "password", false));
  }
}
