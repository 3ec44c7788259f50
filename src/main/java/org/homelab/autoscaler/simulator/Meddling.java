package org.homelab.autoscaler.simulator;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.homelab.autoscaler.page.Deeds;
import org.homelab.autoscaler.page.Playground;

/** Takes what a person does on the page to the lab, where everybody acts in turn. */
final class Meddling implements Playground {
  private static final int PATIENCE_SECONDS = 5;

  private final Lab lab;
  private final Hardware hardware;
  private final Workload workload;

  Meddling(Lab lab, Hardware hardware, Workload workload) {
    this.lab = lab;
    this.hardware = hardware;
    this.workload = workload;
  }

  @Override
  public String addPods(int count) {
    return inTurn(
        () -> {
          workload.more(count);
          return count + (count == 1 ? " pod" : " pods") + " added: see who has room for them";
        });
  }

  @Override
  public String cutPower(String machine) {
    return inTurn(
        () ->
            hardware.blackout(machine)
                ? machine + " has lost its power; nobody has told the operator"
                : machine + " had no power to lose");
  }

  @Override
  public String breakMachine(String machine) {
    return breakDown(machine, true, machine + " is broken: it will hang at its next boot");
  }

  @Override
  public String mend(String machine) {
    return breakDown(machine, false, machine + " is mended; if it is in quarantine, release it");
  }

  private String breakDown(String machine, boolean broken, String done) {
    return inTurn(
        () -> {
          if (!hardware.breakDown(machine, broken)) {
            throw new Deeds.Refused(404, "there is no machine " + machine);
          }
          return done;
        });
  }

  private String inTurn(Supplier<String> act) {
    var done = new CompletableFuture<String>();
    lab.soon(
        () -> {
          try {
            done.complete(act.get());
          } catch (RuntimeException refused) {
            done.completeExceptionally(refused);
          }
        });
    try {
      return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException failed) {
      if (failed.getCause() instanceof Deeds.Refused refused) {
        throw refused;
      }
      throw new Deeds.Refused(409, "that could not be done: " + failed.getCause().getMessage());
    } catch (java.util.concurrent.TimeoutException late) {
      throw new Deeds.Refused(409, "the simulation does not answer");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Deeds.Refused(409, "the simulation ends");
    }
  }
}
