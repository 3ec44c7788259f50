package org.homelab.autoscaler.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * One machine as the page shows it. Everything in it stays the same until something happens, so
 * that only what is new has to travel; ages and what is left of a time are counted by the reader.
 *
 * @param key namespace and name of its Node
 * @param group id of its group; absent: it belongs to none
 * @param node name of its Kubernetes node
 * @param desired whether it is meant to be on
 * @param powered whether it draws power as far as we know; absent: unknown
 * @param reason of the last decision, as one word
 * @param why the same as a sentence, with what to do about it where there is something to do
 * @param asked who last asked for its power, and what for; absent: nobody we know of
 * @param since when it came into this state; absent: unknown
 * @param expected when a boot is likely to be over, from the boots before; absent: not known
 * @param next what happens next by itself; absent: nothing
 * @param load what runs on it
 * @param leaving pods that have yet to go before its power does; absent: it is not being drained
 * @param watts power drawn now; absent: not known
 * @param measured whether a device measured the watts; otherwise they are declared by the owner
 * @param check what its health check believes; absent: nothing tells but its Kubernetes node
 * @param history its last transitions, oldest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MachineCard(
    String key,
    String name,
    String group,
    String node,
    MachineState state,
    boolean desired,
    Boolean powered,
    String reason,
    String why,
    Asked asked,
    Instant since,
    Instant expected,
    Next next,
    Load load,
    Integer leaving,
    Double watts,
    boolean measured,
    Check check,
    List<Step> history) {

  /**
   * Who asked for what.
   *
   * @param by the words that were written with the order
   * @param pending pods that waited for a machine at that time; absent: none, or nobody looked
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Asked(String by, String pending) {}

  /**
   * What happens by itself.
   *
   * @param what in words, to be read before a time
   * @param at when, at the latest
   */
  public record Next(String what, Instant at) {}

  /**
   * What runs on a machine.
   *
   * @param pods pods on it, those of DaemonSets included
   * @param cpu thousandths of a core that they request
   * @param cpuRoom thousandths of a core there are for pods; 0 when not known
   * @param memory bytes that they request
   * @param memoryRoom bytes there are for pods; 0 when not known
   */
  public record Load(int pods, long cpu, long cpuRoom, long memory, long memoryRoom) {
    /** Nothing, and nothing known. */
    public static final Load NONE = new Load(0, 0, 0, 0, 0);
  }

  /**
   * What a health check believes.
   *
   * @param power on, off, or empty when unknown
   * @param since since when
   * @param source which probe says so
   */
  public record Check(String power, Instant since, String source) {}

  /**
   * That it went into another state.
   *
   * @param progress as in the Node's status
   * @param note who asked for it or what went wrong; absent: nothing to say
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Step(Instant at, String progress, String reason, String note) {}
}
