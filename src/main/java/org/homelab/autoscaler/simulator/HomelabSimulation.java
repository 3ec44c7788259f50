package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.client.Config;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.homelab.autoscaler.Simulation;
import org.homelab.autoscaler.page.Playground;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The homelab of simulate mode: a control plane, six machines of which one is faulty, and work. */
public final class HomelabSimulation implements Simulation {
  private static final Logger LOG = LoggerFactory.getLogger("lab");
  private static final double TERMINATION_SECONDS = 1;

  private final Pace pace;
  private final Terminal terminal;
  private final Clock clock = Clock.systemUTC();
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Tally tally = new Tally();
  private final SafetyInspector inspector = new SafetyInspector(clock);
  private final EmbeddedApi api;
  private final Rack rack;
  private Lab lab;
  private Hardware hardware;
  private Workload workload;
  private volatile boolean over;

  /** The one that is found by its interface. */
  public HomelabSimulation() {
    this(Pace.REAL, Terminal.of(System.getenv(), System.console() != null));
  }

  HomelabSimulation(Pace pace, Terminal terminal) {
    this.pace = pace;
    this.terminal = terminal;
    this.api = new EmbeddedApi(pace.seconds(TERMINATION_SECONDS));
    this.rack = new Rack(pace);
  }

  @Override
  public Map<String, String> properties() {
    return Map.of(
        "homelab.namespace",
        Rack.NAMESPACE,
        "homelab.back-off",
        millis(20),
        "homelab.settle",
        millis(3),
        "homelab.energy.tariff",
        "0.32; 22:00-06:00=0.19");
  }

  private String millis(int seconds) {
    return pace.seconds(seconds).toMillis() + "ms";
  }

  @Override
  public Config start() {
    api.start();
    started.push(api);
    lab = new Lab(api, pace, clock);
    started.push(lab);
    api.observe(inspector::changed);
    var table = new MachineTable(clock);
    api.observe(table::changed);
    rack.install(lab.client());
    hardware = new Hardware(lab, rack.machines(), List.of(tally, inspector));
    hardware.start();
    new JobController(lab, hardware).start();
    workload = new Workload(lab, tally);
    show(table);
    LOG.info("a Kubernetes API and {} machines, all off; nothing is real", rack.machines().size());
    return api.config();
  }

  private void show(MachineTable table) {
    if (!terminal.live()) {
      lab.every(4, new Plain(table, () -> over));
      return;
    }
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    var console = new LiveConsole(out, () -> table.render(terminal.colours()));
    LiveAppender.install(console, terminal.colours())
        .ifPresent(
            appender -> {
              started.push(appender);
              lab.every(0.5, console::redraw);
            });
  }

  /** Tells in one line what has changed since the last. */
  private static final class Plain implements Runnable {
    private static final Logger FLEET = LoggerFactory.getLogger("fleet");

    private final MachineTable table;
    private final BooleanSupplier over;
    private String last = "";

    Plain(MachineTable table, BooleanSupplier over) {
      this.table = table;
      this.over = over;
    }

    @Override
    public void run() {
      String now = table.summary();
      if (!now.equals(last) && !over.getAsBoolean()) {
        FLEET.info("{}", now);
        last = now;
      }
    }
  }

  @Override
  public Playground playground() {
    return new Meddling(lab, hardware, workload);
  }

  @Override
  public void play(String host, int port, int cycles, Consumer<Result> done) {
    var autoscaler = new ClusterAutoscaler(lab, new Provider(host, port), inspector, tally);
    started.push(autoscaler);
    workload.start();
    new Scheduler(lab).start();
    autoscaler.start();
    new Cycles(lab, hardware, workload, autoscaler, inspector, tally)
        .start(
            cycles,
            result -> {
              over = true;
              done.accept(result);
            });
  }

  /** What the inspector has found so far. */
  List<SafetyInspector.Violation> violations() {
    return inspector.violations();
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception failure) {
        LOG.debug("did not close: {}", failure.toString());
      }
    }
  }
}
