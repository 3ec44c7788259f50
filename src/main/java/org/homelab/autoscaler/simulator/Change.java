package org.homelab.autoscaler.simulator;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One write to the embedded API, in the order in which they happened.
 *
 * @param revision resource version that the write left
 * @param resource plural and group, such as {@code jobs.batch}
 * @param object as it is now, or as it last was
 * @param before as it was before; the same object where it is new
 */
record Change(long revision, Action action, String resource, JsonNode object, JsonNode before) {
  /** Pods. */
  static final String PODS = "pods";

  /** Kubernetes nodes. */
  static final String NODES = "nodes";

  /** Jobs. */
  static final String JOBS = "jobs.batch";

  /** Our Nodes. */
  static final String MACHINES = "nodes.infra.homecluster.dev";

  /** What happened to the object. */
  enum Action {
    ADDED,
    MODIFIED,
    DELETED
  }

  boolean of(String resource) {
    return this.resource.equals(resource);
  }

  boolean deleted() {
    return action == Action.DELETED;
  }

  String name() {
    return object.path("metadata").path("name").asText();
  }

  String namespace() {
    return object.path("metadata").path("namespace").asText("");
  }

  <T> T as(Class<T> type) {
    return Json.as(object, type);
  }
}
