package org.homelab.autoscaler.kubernetes;

import java.util.Map;
import java.util.TreeMap;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.power.JobNames;

/** Labels of power Jobs and their pods; all but the last are those of the Go implementation. */
final class JobLabels {
  static final String APP = "app";
  static final String APP_NAME = "homelab-autoscaler";
  static final String GROUP = "group";
  static final String NODE = "node";
  static final String TYPE = "type";

  /** Name of the Node resource. */
  static final String MACHINE = Api.GROUP + "/machine";

  /** Most characters of a value; one that is this long may be a shortened name. */
  static final int LONGEST = 63;

  private JobLabels() {}

  static Map<String, String> of(Machine machine, OperationType type) {
    return new TreeMap<>(
        Map.of(
            APP,
            APP_NAME,
            GROUP,
            machine.group().map(group -> shorten(group.name())).orElse(""),
            NODE,
            target(machine),
            TYPE,
            type.text(),
            MACHINE,
            shorten(machine.name())));
  }

  /** The value of {@link #NODE} on whatever switches that machine. */
  static String target(Machine machine) {
    return shorten(machine.spec().kubernetesNodeName());
  }

  /** What fits the value of a label. */
  static String shorten(String text) {
    return JobNames.shorten(text, LONGEST);
  }
}
