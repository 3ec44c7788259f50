package org.homelab.autoscaler.testing;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The machines themselves: what happens in the rack when a power Job has run. A startup Job that
 * succeeded lets a Kubernetes node register and boot; a shutdown Job that succeeded leaves it dead.
 *
 * <p>It also stands guard: whatever breaks a safety rule, a second live Job for a machine or a pod
 * that could have been evicted when the power goes, is kept in {@link #violations}.
 */
public final class Hardware implements AutoCloseable {
  /** A power Job that the machine has felt. */
  public record Command(String machine, String type, String job) {}

  /**
   * How a machine behaves.
   *
   * @param bootDelay from registration of the Kubernetes node until it is Ready
   * @param providerId what its kubelet sets, if anything
   * @param bootsAtTry how many power Jobs it takes before it comes up
   * @param obeysPowerOff false for one that stays on
   */
  public record Machine(
      Duration bootDelay, Optional<String> providerId, int bootsAtTry, boolean obeysPowerOff) {
    /** One that does as it is told. */
    public static Machine booting(Duration bootDelay) {
      return new Machine(bootDelay, Optional.empty(), 1, true);
    }

    /** The same, with a kubelet that sets a provider id. */
    public Machine withProviderId(String id) {
      return new Machine(bootDelay, Optional.of(id), bootsAtTry, obeysPowerOff);
    }

    /** The same, deaf to power-on. */
    public Machine neverBooting() {
      return bootingAtTry(Integer.MAX_VALUE);
    }

    /** The same, deaf to all power-ons before that one. */
    public Machine bootingAtTry(int number) {
      return new Machine(bootDelay, providerId, number, obeysPowerOff);
    }

    /** The same, deaf to power-off. */
    public Machine neverDying() {
      return new Machine(bootDelay, providerId, bootsAtTry, false);
    }
  }

  private static final String STARTUP = "startup";
  private static final String SHUTDOWN = "shutdown";

  private final KubernetesClient client;
  private final Map<String, Machine> machines = new ConcurrentHashMap<>();
  private final List<Command> commands = new CopyOnWriteArrayList<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final Set<String> felt = ConcurrentHashMap.newKeySet();
  private final SharedIndexInformer<Job> jobs;

  /** Hardware that obeys the power Jobs of a namespace. */
  public Hardware(KubernetesClient client, String namespace) {
    this.client = client;
    this.jobs =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(namespace)
            .withLabel("app", "homelab-autoscaler")
            .runnableInformer(0)
            .exceptionHandler((started, failure) -> true)
            .addEventHandler(new Feeling());
    this.jobs.run();
  }

  /** Puts a machine into the rack, by the name of its Kubernetes node; it is off. */
  public Hardware machine(String kubernetesNode, Machine machine) {
    machines.put(kubernetesNode, machine);
    return this;
  }

  /** Somebody switches a machine on at the wall, or its power Job did. */
  public void switchOn(String kubernetesNode) {
    Machine machine = machines.get(kubernetesNode);
    Node node = KwokNodes.booting(kubernetesNode, machine.bootDelay(), machine.providerId());
    if (client.nodes().withName(kubernetesNode).get() == null) {
      client.resource(node).create();
    } else {
      setPlayed(kubernetesNode, true);
    }
  }

  /** Somebody pulls the plug, or the machine's power Job did. */
  public void switchOff(String kubernetesNode) {
    if (client.nodes().withName(kubernetesNode).get() != null) {
      setPlayed(kubernetesNode, false);
    }
  }

  /** Every power Job that succeeded, in the order they did. */
  public List<Command> commands() {
    return List.copyOf(commands);
  }

  /** The power Jobs of one machine and type that succeeded. */
  public List<Command> commands(String machine, String type) {
    return commands.stream()
        .filter(command -> command.machine().equals(machine) && command.type().equals(type))
        .toList();
  }

  /** Safety rules broken so far, as sentences. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  @Override
  public void close() {
    jobs.stop();
  }

  private void feel(Job job) {
    String machine = machineOf(job);
    long live = live(machine).count();
    if (live > 1) {
      violations.add(
          live + " live Jobs for " + machine + ": " + live(machine).map(Hardware::name).toList());
    }
    if (SHUTDOWN.equals(typeOf(job)) && felt.add(name(job) + " exists")) {
      notePodsLeft(machine, "when " + name(job) + " was created");
    }
    if (succeeded(job) && felt.add(name(job) + " succeeded")) {
      obey(machine, job);
    }
  }

  private void obey(String name, Job job) {
    Machine machine = machines.get(name);
    if (machine == null) {
      violations.add(name(job) + " is for " + name + ", which is not in the rack");
      return;
    }
    commands.add(new Command(name, typeOf(job), name(job)));
    switch (typeOf(job)) {
      case STARTUP -> {
        if (commands(name, STARTUP).size() >= machine.bootsAtTry()) {
          switchOn(name);
        }
      }
      case SHUTDOWN -> {
        notePodsLeft(name, "when " + name(job) + " switched the power off");
        if (machine.obeysPowerOff()) {
          switchOff(name);
        }
      }
      default -> violations.add(name(job) + " has the type '" + typeOf(job) + "'");
    }
  }

  private void notePodsLeft(String machine, String when) {
    List<String> left =
        client
            .pods()
            .inAnyNamespace()
            .withField("spec.nodeName", machine)
            .list()
            .getItems()
            .stream()
            .filter(Hardware::couldBeEvicted)
            .map(pod -> pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName())
            .toList();
    if (!left.isEmpty()) {
      violations.add("pods left on " + machine + " " + when + ": " + left);
    }
  }

  private void setPlayed(String kubernetesNode, boolean played) {
    Contended.edit(
        client.nodes().withName(kubernetesNode),
        node ->
            node.edit()
                .editMetadata()
                .addToLabels(KwokNodes.PLAYED_LABEL, played ? KwokNodes.PLAYED : "nothing")
                .endMetadata()
                .build());
  }

  private Stream<Job> live(String machine) {
    return jobs.getStore().list().stream()
        .filter(job -> machineOf(job).equals(machine) && !ended(job));
  }

  private static boolean couldBeEvicted(Pod pod) {
    boolean over = Set.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
    boolean daemon =
        pod.getMetadata().getOwnerReferences().stream()
            .anyMatch(owner -> "DaemonSet".equals(owner.getKind()));
    boolean mirror =
        Optional.ofNullable(pod.getMetadata().getAnnotations())
            .orElse(Map.of())
            .containsKey("kubernetes.io/config.mirror");
    return !over && !daemon && !mirror;
  }

  private static boolean succeeded(Job job) {
    return conditions(job).contains("Complete");
  }

  private static boolean ended(Job job) {
    return succeeded(job) || conditions(job).contains("Failed");
  }

  private static Set<String> conditions(Job job) {
    if (job.getStatus() == null || job.getStatus().getConditions() == null) {
      return Set.of();
    }
    return job.getStatus().getConditions().stream()
        .filter(condition -> "True".equals(condition.getStatus()))
        .map(condition -> condition.getType())
        .collect(Collectors.toSet());
  }

  private static String machineOf(Job job) {
    return job.getMetadata().getLabels().getOrDefault("node", "");
  }

  private static String typeOf(Job job) {
    return job.getMetadata().getLabels().getOrDefault("type", "");
  }

  private static String name(Job job) {
    return job.getMetadata().getName();
  }

  private final class Feeling implements ResourceEventHandler<Job> {
    @Override
    public void onAdd(Job job) {
      feel(job);
    }

    @Override
    public void onUpdate(Job before, Job job) {
      feel(job);
    }

    @Override
    public void onDelete(Job job, boolean unseen) {}
  }
}
