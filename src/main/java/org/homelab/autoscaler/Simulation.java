package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.Config;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.homelab.autoscaler.page.Playground;

/**
 * A homelab in which nothing is real but the application: a Kubernetes API, machines and a Cluster
 * Autoscaler, all inside this JVM. Its classes lie beside the application and are found by {@link
 * java.util.ServiceLoader}, so that an installation can do without them.
 *
 * <p>In this order: {@link #properties}, {@link #start}, then the application comes up on what it
 * got, then {@link #play}, then {@link #close}.
 */
public interface Simulation extends AutoCloseable {
  /**
   * Settings of the application that fit the pace and the names of this homelab, keyed as in the
   * documentation, such as {@code homelab.namespace}. What a user sets wins over them.
   */
  Map<String, String> properties();

  /**
   * Brings up the Kubernetes API on a free port of 127.0.0.1, with a control plane, Groups and
   * machines that are all off, and the hardware that does what power Jobs say.
   *
   * @return how to reach that API
   */
  Config start();

  /** Where a person may meddle with it, once it is {@link #start started}. */
  Playground playground();

  /**
   * Lets the pretend Cluster Autoscaler and its workload loose on the application's gRPC port, in
   * plain text. Returns at once.
   *
   * @param host where the application listens, such as {@code 127.0.0.1}
   * @param cycles up-and-down cycles until the end; 0 for no end
   * @param done told once, when the cycles are over or one did not come to its end
   */
  void play(String host, int port, int cycles, Consumer<Result> done);

  /** Ends everything that was started; the API is gone afterwards. */
  @Override
  void close();

  /**
   * What has become of the cycles.
   *
   * @param passed whether every cycle came to its end and no safety rule was broken
   * @param lines the summary, for people; already logged
   */
  record Result(boolean passed, List<String> lines) {
    public Result {
      lines = List.copyOf(lines);
    }

    /** Exit status of a process that did nothing else: 0 or 1. */
    public int exitStatus() {
      return passed ? 0 : 1;
    }
  }
}
