package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.mockwebserver.http.MockResponse;

/** A request that the embedded API refuses, in Kubernetes' own form. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;

  /**
   * @param code of HTTP
   * @param reason of Kubernetes, such as {@code Conflict}
   */
  Refusal(int code, String reason, String message) {
    super(message);
    this.code = code;
    this.reason = reason;
  }

  MockResponse response() {
    return response(code, reason, getMessage());
  }

  static MockResponse response(int code, String reason, String message) {
    return new MockResponse()
        .setResponseCode(code)
        .setHeader("Content-Type", "application/json")
        .setBody(
            Json.text(
                new StatusBuilder()
                    .withStatus(code < 400 ? "Success" : "Failure")
                    .withCode(code)
                    .withReason(reason)
                    .withMessage(message)
                    .build()));
  }
}
