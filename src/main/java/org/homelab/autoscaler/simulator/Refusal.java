package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.mockwebserver.http.MockResponse;
import java.util.List;

/** A request that the embedded API refuses, in Kubernetes' own form. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;
  private final String cause;

  /**
   * @param code of HTTP
   * @param reason of Kubernetes, such as {@code Conflict}
   */
  Refusal(int code, String reason, String message) {
    this(code, reason, message, "");
  }

  /**
   * @param cause what stands behind it, in words
   */
  Refusal(int code, String reason, String message, String cause) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.cause = cause;
  }

  MockResponse response() {
    return response(code, reason, getMessage(), cause);
  }

  static MockResponse response(int code, String reason, String message) {
    return response(code, reason, message, "");
  }

  private static MockResponse response(int code, String reason, String message, String cause) {
    List<StatusCause> causes =
        cause.isEmpty() ? List.of() : List.of(new StatusCause(null, cause, "DisruptionBudget"));
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
                    .withNewDetails()
                    .withCauses(causes)
                    .endDetails()
                    .build()));
  }
}
