package org.homelab.autoscaler.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused call must be like. */
final class Refusals {
  private Refusals() {}

  /** Refused with that code; gives the words. */
  static String refused(Status.Code code, ThrowingCallable call) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refusal).as("refused with " + code).isNotNull();
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    return refusal.getStatus().getDescription();
  }

  /** Refused with that code, and nothing of the group has changed. */
  static String refusedUnchanged(Shelf shelf, Status.Code code, ThrowingCallable call) {
    Object before = shelf.picture();
    String words = refused(code, call);
    assertThat(shelf.picture()).isEqualTo(before);
    return words;
  }
}
