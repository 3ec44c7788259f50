package org.homelab.autoscaler.metrics;

import java.util.List;

/**
 * Everything that is measured, and the one place where its name, its labels and its meaning stand.
 * Labels take values from closed lists, or are groups and machines that there are.
 */
public enum Metric {
  LEADER("homelab_leader", Type.GAUGE, "1 while this replica leads, 0 while another may."),
  MACHINES(
      "homelab_machines", Type.GAUGE, "Machines of a group in a state.", Label.GROUP, Label.STATE),
  MACHINE_STATE(
      "homelab_machine_state",
      Type.GAUGE,
      "1 for the state that a machine is in.",
      Label.GROUP,
      Label.MACHINE,
      Label.STATE),
  MACHINE_DRIFT(
      "homelab_machine_power_drift",
      Type.GAUGE,
      "1 for a machine that probes see on although powerState is off, or off although it is on.",
      Label.GROUP,
      Label.MACHINE),
  GROUP_TARGET(
      "homelab_group_target_size",
      Type.GAUGE,
      "Machines of a group whose powerState is on.",
      Label.GROUP),
  GROUP_READY(
      "homelab_group_ready_machines",
      Type.GAUGE,
      "Machines of a group whose Kubernetes node is Ready.",
      Label.GROUP),
  QUARANTINED(
      "homelab_machines_quarantined",
      Type.GAUGE,
      "Machines of a group that failed too often in a row.",
      Label.GROUP),
  HELD("homelab_machines_held", Type.GAUGE, "Machines of a group under a hold.", Label.GROUP),
  IN_FLIGHT(
      "homelab_operations_in_flight",
      Type.GAUGE,
      "Power operations under way, drains included.",
      Label.GROUP,
      Label.OPERATION),
  TRANSITIONS(
      "homelab_transitions_total",
      Type.COUNTER,
      "Transitions of machines carried out by this replica.",
      Label.GROUP,
      Label.FROM,
      Label.TO,
      Label.REASON),
  OPERATION_DURATION(
      "homelab_operation_duration_seconds",
      Type.HISTOGRAM,
      "Time from the start of a power operation to its end.",
      Label.OPERATION,
      Label.OUTCOME),
  FAILURES(
      "homelab_failures_total",
      Type.COUNTER,
      "Power operations that failed.",
      Label.GROUP,
      Label.OPERATION,
      Label.REASON),
  WATCH_AGE(
      "homelab_watch_age_seconds",
      Type.GAUGE,
      "Time for which the watch of a resource has not been open; 0 while it is.",
      Label.RESOURCE),
  QUEUE_DEPTH(
      "homelab_queue_depth", Type.GAUGE, "Keys that are due and wait for a worker.", Label.QUEUE),
  QUEUE_AGE(
      "homelab_queue_oldest_age_seconds",
      Type.GAUGE,
      "How long the key that has waited longest is due.",
      Label.QUEUE),
  QUEUE_IN_FLIGHT(
      "homelab_queue_in_flight", Type.GAUGE, "Keys that are being worked on.", Label.QUEUE),
  QUEUE_RETRIES(
      "homelab_queue_retries_total",
      Type.COUNTER,
      "Keys that come up again because the work on them failed.",
      Label.QUEUE),
  RECONCILE_DURATION(
      "homelab_reconcile_duration_seconds",
      Type.HISTOGRAM,
      "Time that the work on one key took.",
      Label.QUEUE),
  RPC_DURATION(
      "homelab_rpc_duration_seconds",
      Type.HISTOGRAM,
      "Time from a call of the Cluster Autoscaler to its answer.",
      Label.RPC,
      Label.CODE),
  ORDERS(
      "homelab_orders_total",
      Type.COUNTER,
      "Orders of the Cluster Autoscaler: increase, delete, decrease.",
      Label.ORDER,
      Label.CODE),
  CA_LAST_CALL(
      "homelab_ca_last_call_timestamp_seconds",
      Type.GAUGE,
      "When the Cluster Autoscaler last called Refresh, in Unix time; 0 before it has."),
  WATTS(
      "homelab_machine_watts",
      Type.GAUGE,
      "Watts that a machine draws, measured or declared.",
      Label.GROUP,
      Label.MACHINE),
  ENERGY(
      "homelab_group_energy_joules_total",
      Type.COUNTER,
      "Energy that the machines of a group have used, kept in the Group's status.",
      Label.GROUP),
  API_WRITES(
      "homelab_api_writes_total",
      Type.COUNTER,
      "Writes to the Kubernetes API: ok, conflict, refused, failed (429 and 5xx), unanswered.",
      Label.KIND,
      Label.RESULT),
  PROBES(
      "homelab_health_checks_total",
      Type.COUNTER,
      "Probes carried out, by what they saw.",
      Label.PROBE,
      Label.RESULT),
  PROBES_BUSY("homelab_health_checks_in_flight", Type.GAUGE, "Health checks that wait or go on."),
  PROBES_SKIPPED(
      "homelab_health_checks_skipped_total",
      Type.COUNTER,
      "Health checks left out because the one before was not over.");

  /** What Prometheus makes of it. */
  public enum Type {
    GAUGE,
    COUNTER,
    HISTOGRAM
  }

  /** A label, and what its values can be. */
  public enum Label {
    GROUP("group", "id of the Group as CA knows it; `none` for a machine without one"),
    MACHINE("machine", "name of the Node resource"),
    STATE("state", "`new`, `shutdown`, `startingup`, `ready`, `shuttingdown`"),
    FROM("from", "a state"),
    TO("to", "a state"),
    REASON("reason", "a reason of docs/states.md"),
    OPERATION("operation", "`startup`, `shutdown`"),
    OUTCOME("outcome", "`succeeded`, `failed`, `cancelled`"),
    RESOURCE("resource", "`groups`, `nodes`, `kubernetes-nodes`, `jobs`, `pods`"),
    QUEUE("queue", "`machines`, `groups`, and queues of your own routes"),
    RPC("rpc", "an RPC of proto/externalgrpc.proto"),
    CODE("code", "a gRPC status code such as `OK`"),
    ORDER("order", "`increase`, `delete`, `decrease`"),
    KIND(
        "kind",
        "`groups`, `nodes`, `kubernetes-nodes`, `jobs`, `pods`, `evictions`, `events`, `leases`,"
            + " `other`"),
    RESULT("result", "as the metric says; of a probe `on`, `off`, `unknown`"),
    PROBE("probe", "`tcp`, `http`, `ping`, `route`, `lease`");

    private final String text;
    private final String range;

    Label(String text, String range) {
      this.text = text;
      this.range = range;
    }

    /** Its name. */
    public String text() {
      return text;
    }

    /** What its values can be, in words. */
    public String range() {
      return range;
    }
  }

  private final String title;
  private final Type type;
  private final String meaning;
  private final List<Label> labels;

  Metric(String title, Type type, String meaning, Label... labels) {
    this.title = title;
    this.type = type;
    this.meaning = meaning;
    this.labels = List.of(labels);
  }

  /** Its name as Prometheus shows it. */
  public String title() {
    return title;
  }

  /** What kind of metric it is. */
  public Type type() {
    return type;
  }

  /** What it measures, in a sentence. */
  public String meaning() {
    return meaning;
  }

  /** Its labels, in the order in which values are given. */
  public List<Label> labels() {
    return labels;
  }
}
