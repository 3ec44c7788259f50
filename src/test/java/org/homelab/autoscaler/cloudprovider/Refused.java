package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;

/** Says that a call was refused, with which code, and that it changed nothing. */
final class Refused {
  private Refused() {}

  static ProviderException with(Code code, ThrowingCallable call) {
    ProviderException refusal = catchThrowableOfType(ProviderException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    assertThat(refusal).hasMessageMatching("(?s).{10,}");
    return refusal;
  }

  /** Refused, and target, instances and intents are what they were. */
  static ProviderException unchanged(Rack rack, Code code, ThrowingCallable call) {
    int target = rack.target();
    var instances = rack.instances();
    var written = List.copyOf(rack.intents.written);
    ProviderException refusal = with(code, call);
    assertThat(rack.target()).isEqualTo(target);
    assertThat(rack.instances()).isEqualTo(instances);
    assertThat(rack.intents.written).isEqualTo(written);
    return refusal;
  }
}
