package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.power.JobNames;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.trace.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a Node's status. Every write names the revision that was looked at, so that a
 * decision from old data is refused, and is in the Fleet before the call returns.
 */
public final class MachineStatusWriter {
  private static final int TRIES = 3;
  private static final Logger LOG = LoggerFactory.getLogger(MachineStatusWriter.class);

  private final KubernetesClient client;
  private final FleetFeed feed;
  private final Transcript transcript;
  private final Clock clock;
  private final Pace pace = new Pace();

  /**
   * A writer.
   *
   * @param events where transitions are told to the cluster
   */
  public MachineStatusWriter(KubernetesClient client, FleetFeed feed, Events events) {
    this(client, feed, events, step -> {});
  }

  /**
   * A writer.
   *
   * @param events where transitions are told to the cluster
   * @param listener is told of each transition, and of each operation that ends, once it is written
   */
  public MachineStatusWriter(
      KubernetesClient client, FleetFeed feed, Events events, Consumer<Step> listener) {
    this(client, feed, events, listener, Traces.OFF);
  }

  /**
   * A writer.
   *
   * @param events where transitions are told to the cluster
   * @param listener is told of each transition, and of each operation that ends, once it is written
   * @param traces is told of every step, once it is written
   */
  public MachineStatusWriter(
      KubernetesClient client,
      FleetFeed feed,
      Events events,
      Consumer<Step> listener,
      Traces traces) {
    this.clock = Clock.systemUTC();
    this.client = client;
    this.feed = feed;
    this.transcript = new Transcript(events, listener, feed::storedGroup, traces);
  }

  /**
   * Persists and reports what the step makes of the machine; does nothing if that is stored
   * already.
   *
   * @throws StaleLook if the Node has changed since the step's look
   */
  public void write(Step step) {
    Node stored = stored(step.machine().key());
    if (!Meta.revision(stored).equals(step.machine().declared().revision())) {
      throw new StaleLook(step.machine().key() + " has changed since it was looked at");
    }
    NodeStatus status = StatusReport.of(step, stored);
    if (!status.equals(stored.getStatus()) && pace.allows(step)) {
      put(stored, status);
      transcript.tell(step, stored.getStatus());
    }
  }

  /**
   * Records that the step's command was given: that its Job exists, or that the device took it.
   * Call it after the claim was written and the command given.
   *
   * @throws StaleLook if the Node keeps changing meanwhile; the Job is found by its name then
   */
  public void given(Step step) {
    Operation operation = step.after().operation().orElseThrow();
    note(
        step,
        command(step).recipe().isPresent()
            ? operation.with(command(step).sent(clock.instant()))
            : operation.givenBy(jobOf(step)));
  }

  /**
   * Records that the device did not take the step's command, and why.
   *
   * @throws StaleLook if the Node keeps changing meanwhile; the probe or the deadline tells then
   */
  public void failed(
      @Body Step step,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) RecipeFailure.NotTaken failure) {
    Operation operation = step.after().operation().orElseThrow();
    note(step, operation.with(command(step).failed(failure.getMessage())));
    LOG.warn("machine={} {}", step.machine().name(), failure.getMessage());
  }

  private void note(Step step, Operation operation) {
    ObjectKey key = step.machine().key();
    Node stored = stored(key);
    for (int attempt = 1; commandIsNew(step, stored); attempt++) {
      try {
        put(stored, StatusReport.with(stored.getStatus(), operation));
        return;
      } catch (StaleLook changed) {
        if (attempt == TRIES) {
          throw changed;
        }
        stored = read(key);
      }
    }
  }

  private static boolean commandIsNew(Step step, Node stored) {
    MachineStatus now = NodeStatuses.read(stored.getStatus());
    return now.operation()
        .flatMap(Operation::command)
        .filter(command -> command.attempt() == command(step).attempt())
        .filter(command -> !command.noted())
        .isPresent();
  }

  private static Operation.Command command(Step step) {
    return step.after().operation().flatMap(Operation::command).orElseThrow();
  }

  private static String jobOf(Step step) {
    Machine machine = step.machine();
    Operation operation = step.after().operation().orElseThrow();
    return JobNames.of(machine.name(), operation.type(), command(step).attempt());
  }

  private Node stored(ObjectKey key) {
    return feed.storedMachine(key).orElseGet(() -> read(key));
  }

  private Node read(ObjectKey key) {
    Node node =
        client.resources(Node.class).inNamespace(key.namespace()).withName(key.name()).get();
    if (node == null) {
      feed.storedMachine(key).ifPresent(feed::machineGone);
      throw new StaleLook(key + " is gone");
    }
    feed.wrote(node);
    return node;
  }

  private void put(Node stored, NodeStatus status) {
    try {
      Node written = StatusPatch.write(client, new Node(), stored, status);
      feed.wrote(written);
      checkNothingWasDropped(status, written);
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        feed.machineGone(stored);
        throw new StaleLook(Meta.key(stored) + " is gone");
      }
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        throw new StaleLook(Meta.key(stored) + " has changed since it was looked at");
      }
      throw refused;
    }
  }

  /** An older CRD drops what must survive a restart; to go on would repeat commands. */
  private static void checkNothingWasDropped(NodeStatus wanted, Node written) {
    Optional<NodeStatus.Operation> stored =
        Optional.ofNullable(written.getStatus()).map(NodeStatus::operation);
    if (!Objects.equals(wanted.operation(), stored.orElse(null))) {
      throw new IllegalStateException(
          "the API server dropped status.operation of "
              + Meta.key(written)
              + ": its CRD is older than this version, apply kustomize/crd");
    }
  }
}
