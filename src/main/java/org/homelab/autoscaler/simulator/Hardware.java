package org.homelab.autoscaler.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.homelab.autoscaler.fleet.OperationType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines: they boot, join, hang and die. Acts on the lab's turns only; what a machine is
 * doing may be asked at any time.
 */
final class Hardware {
  private static final Logger LOG = LoggerFactory.getLogger("rack");

  /** What a machine does. */
  enum State {
    OFF,
    BOOTING,
    /** Powered, but it will never join. */
    HUNG,
    UP,
    GOING_DOWN
  }

  private final Lab lab;
  private final Kubelet kubelet;
  private final List<PowerListener> listeners;
  private final Map<String, Box> boxes;

  Hardware(Lab lab, List<SimulatedMachine> machines, List<PowerListener> listeners) {
    this.lab = lab;
    this.kubelet = new Kubelet(lab);
    this.listeners = List.copyOf(listeners);
    this.boxes =
        machines.stream().collect(Collectors.toMap(SimulatedMachine::kubernetesNode, Box::new));
  }

  /** Lets the kubelets see to the pods. */
  void start() {
    kubelet.start(node -> boxes.containsKey(node) && boxes.get(node).state == State.UP);
  }

  /** What each machine does, by the name of its Node. */
  Map<String, State> states() {
    return boxes.values().stream()
        .collect(Collectors.toMap(box -> box.machine.name(), box -> box.state));
  }

  /**
   * Gives a command to the machine that joins as this Kubernetes node.
   *
   * @return whether there is such a machine
   */
  boolean command(String kubernetesNode, OperationType type) {
    Box box = boxes.get(kubernetesNode);
    if (box == null) {
      return false;
    }
    switch (type) {
      case STARTUP -> box.on();
      case SHUTDOWN -> box.off();
    }
    return true;
  }

  /**
   * Takes the power from a machine, whatever runs on it. Nobody gave a command, so nobody is told
   * that a rule was broken.
   *
   * @return whether it had power
   */
  boolean blackout(String name) {
    return box(name).map(Box::blackout).orElse(false);
  }

  /**
   * Lets a machine hang at its next boots, or no longer.
   *
   * @return whether there is such a machine
   */
  boolean breakDown(String name, boolean broken) {
    Optional<Box> box = box(name);
    box.ifPresent(found -> found.broken = broken);
    return box.isPresent();
  }

  private Optional<Box> box(String name) {
    return boxes.values().stream().filter(box -> box.machine.name().equals(name)).findFirst();
  }

  private void tell(Function<PowerListener, Runnable> what) {
    listeners.forEach(listener -> what.apply(listener).run());
  }

  private final class Box {
    private final SimulatedMachine machine;
    private volatile State state = State.OFF;
    private boolean broken;

    // What was planned before the last command no longer counts.
    private int commands;

    Box(SimulatedMachine machine) {
      this.machine = machine;
      this.broken = !machine.joins();
    }

    boolean blackout() {
      if (state == State.OFF) {
        return false;
      }
      commands++;
      boolean up = state == State.UP;
      LOG.info("{} loses its power", machine.name());
      if (up) {
        kubelet.die(machine);
      }
      died();
      return true;
    }

    void on() {
      if (state != State.OFF) {
        LOG.info("{} is told to power on, but is on already", machine.name());
        return;
      }
      commands++;
      state = State.BOOTING;
      LOG.info("{} powers on, boots for {} s", machine.name(), seconds(machine.bootSeconds()));
      tell(listener -> () -> listener.switchedOn(machine));
      later(machine.bootSeconds(), this::booted);
    }

    private void booted() {
      if (broken) {
        state = State.HUNG;
        LOG.info("{} has power, but hangs and will never join", machine.name());
        return;
      }
      state = State.UP;
      kubelet.register(machine);
      later(
          0.8,
          () -> {
            kubelet.ready(machine);
            LOG.info(
                "{} has joined as Kubernetes node {}", machine.name(), machine.kubernetesNode());
            tell(listener -> () -> listener.joined(machine));
          });
    }

    void off() {
      if (state == State.OFF || state == State.GOING_DOWN) {
        LOG.info("{} is told to power off, but is off already", machine.name());
        return;
      }
      commands++;
      boolean up = state == State.UP;
      state = State.GOING_DOWN;
      LOG.info("{} powers off", machine.name());
      tell(listener -> () -> listener.powerGoes(machine));
      later(up ? 2 : 0.5, up ? this::diedInTheCluster : this::died);
    }

    private void diedInTheCluster() {
      int lost = kubelet.die(machine);
      if (lost > 0) {
        LOG.warn("{} took {} pods with it", machine.name(), lost);
      }
      died();
    }

    private void died() {
      state = State.OFF;
      tell(listener -> () -> listener.switchedOff(machine));
    }

    private void later(double seconds, Runnable act) {
      int now = commands;
      lab.after(
          seconds,
          () -> {
            if (commands == now) {
              act.run();
            }
          });
    }
  }

  private static String seconds(double seconds) {
    return seconds == Math.rint(seconds) ? String.valueOf((long) seconds) : String.valueOf(seconds);
  }
}
