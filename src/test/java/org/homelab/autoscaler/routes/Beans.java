package org.homelab.autoscaler.routes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.spi.Registry;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.camel.Headers;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Touched;
import org.homelab.autoscaler.leader.Leading;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.RecipeFailure;

/** Stand-ins for the beans that routes call; they do nothing but tell the flow. */
final class Beans {
  /** What every watched change touches, according to the stand-in. */
  static final Touched TOUCHED =
      new Touched(
          Set.of(new ObjectKey("lab", "m1"), new ObjectKey("lab", "m2")),
          Set.of(new ObjectKey("lab", "rack")));

  /** When the stand-in adopts. */
  static final Instant ADOPTED = OneOfEach.NOW.plusSeconds(1);

  private final Flow flow;

  Beans(Flow flow) {
    this.flow = flow;
  }

  void bind(Registry registry) {
    registry.bind("status", new Status());
    registry.bind("nodes", new Nodes());
    registry.bind("drain", new Drain());
    registry.bind("jobs", new Jobs());
    registry.bind("intents", new Intents());
    registry.bind("feed", new Feed());
    registry.bind("healthChecks", new HealthChecks());
    registry.bind("groupStatus", new GroupStatus());
    registry.bind("podTally", new PodTally());
    registry.bind("tariff", new Tariff());
    registry.bind("leadership", new Leadership());
    registry.bind("custody", new Custody());
    registry.bind("clearances", new Clearances());
  }

  /** {@code status}. */
  public final class Status {
    public void write(Step step) {
      flow.at("status.write", step);
    }

    public void given(Step step) {
      flow.at("status.given", step);
    }

    public void failed(
        @Body Step step,
        @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) RecipeFailure.NotTaken failure) {
      flow.at("status.failed", step);
    }
  }

  /** {@code clearances}. */
  public final class Clearances {
    public void lookAround() {
      flow.at("clearances.lookAround", "");
    }
  }

  /** {@code leadership}, which leads. */
  public final class Leadership implements Leading {
    @Override
    public boolean leading() {
      return true;
    }

    @Override
    public void whenTaken(Runnable action) {}

    public void confirm(Step step) {
      flow.at("leadership.confirm", step);
    }
  }

  /** {@code nodes}. */
  public final class Nodes {
    public void forget(Step step) {
      flow.at("nodes.forget", step);
    }

    public void forgetLeftOver(Step step) {
      flow.at("nodes.forgetLeftOver", step);
    }

    public void register(Step step) {
      flow.at("nodes.register", step);
    }

    public void becomeReady(Step step) {
      flow.at("nodes.becomeReady", step);
    }

    public void keep(Step step) {
      flow.at("nodes.keep", step);
    }

    public void release(Step step) {
      flow.at("nodes.release", step);
    }
  }

  /** {@code drain}. */
  public final class Drain {
    public void cordon(Step step) {
      flow.at("drain.cordon", step);
    }

    public void evict(Step step) {
      flow.at("drain.evict", step);
    }

    public void lastLook(Step step) {
      flow.at("drain.lastLook", step);
    }

    public void uncordon(Step step) {
      flow.at("drain.uncordon", step);
    }
  }

  /** {@code jobs}. */
  public final class Jobs {
    public void startup(Step step, long deadlineSeconds) {
      flow.at("jobs.startup", new Command(step, deadlineSeconds));
    }

    public void shutdown(Step step, long deadlineSeconds) {
      flow.at("jobs.shutdown", new Command(step, deadlineSeconds));
    }

    public void cancel(Step step) {
      flow.at("jobs.cancel", step);
    }
  }

  /** What {@code jobs} is told to do. */
  record Command(Step step, long deadlineSeconds) {}

  /** {@code intents}. */
  public final class Intents {
    public void endAbandoned(
        @Body ObjectKey group, @org.apache.camel.Headers Map<String, Object> headers) {
      flow.at("intents.endAbandoned", group);
    }

    public Step adopt(Step step) {
      flow.at("intents.adopt", step);
      return new Step(step.machine(), step.policy(), step.decision(), ADOPTED);
    }
  }

  /** {@code feed}. */
  public final class Feed {
    public Touched group(@Body Group group, @Header(Headers.ACTION) String action) {
      return seen("feed.group", group, action);
    }

    public Touched machine(@Body Node node, @Header(Headers.ACTION) String action) {
      return seen("feed.machine", node, action);
    }

    public Touched kubernetesNode(
        @Body io.fabric8.kubernetes.api.model.Node node, @Header(Headers.ACTION) String action) {
      return seen("feed.kubernetesNode", node, action);
    }

    public Touched job(@Body Job job, @Header(Headers.ACTION) String action) {
      return seen("feed.job", job, action);
    }

    private Touched seen(String place, Object resource, String action) {
      flow.at(place, new Change(resource, action));
      return TOUCHED;
    }
  }

  /** What {@code feed} is told of. */
  record Change(Object resource, String action) {}

  /** {@code healthChecks}. */
  public final class HealthChecks {
    public void follow(@Body Touched touched) {
      flow.at("healthChecks.follow", touched);
    }

    public Touched observe(@Body ObjectKey machine) {
      flow.at("healthChecks.observe", machine);
      return TOUCHED;
    }
  }

  /** {@code tariff}. */
  public final class Tariff {
    public void read() {
      flow.at("tariff.read", "");
    }
  }

  /** {@code podTally}. */
  public final class PodTally {
    public void pod(@Body Pod pod, @Header(Headers.ACTION) String action) {
      flow.at("podTally.pod", new Change(pod, action));
    }
  }

  /** {@code custody}. */
  public final class Custody {
    public void takeCharge(Step step) {
      flow.at("custody.takeCharge", step);
    }

    public void letGo(Step step) {
      flow.at("custody.letGo", step);
    }

    public void group(ObjectKey group) {
      flow.at("custody.group", group);
    }
  }

  /** {@code groupStatus}. */
  public final class GroupStatus {
    public void write(ObjectKey group) {
      flow.at("groupStatus.write", group);
    }
  }
}
