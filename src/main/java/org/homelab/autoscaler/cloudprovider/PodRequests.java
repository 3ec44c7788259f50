package org.homelab.autoscaler.cloudprovider;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.homelab.autoscaler.cloudprovider.wire.WireContainer;
import org.homelab.autoscaler.cloudprovider.wire.WirePod;
import org.homelab.autoscaler.cloudprovider.wire.WirePodSpec;

/** Reads what a pod asks of a machine from the bytes of a v1.Pod. */
final class PodRequests {
  private PodRequests() {}

  /**
   * Resource name to amount: of all containers together, or of the greatest init container if that
   * is more.
   *
   * @throws ProviderException.InvalidArgument if the bytes are no pod
   */
  static Map<String, BigDecimal> of(ByteString pod) {
    if (pod.isEmpty()) {
      throw new ProviderException.InvalidArgument("no pod in the request");
    }
    WirePodSpec spec = parse(pod).getSpec();
    Map<String, BigDecimal> requests = new HashMap<>();
    for (WireContainer container : spec.getContainersList()) {
      amounts(container)
          .forEach((resource, much) -> requests.merge(resource, much, BigDecimal::add));
    }
    for (WireContainer container : spec.getInitContainersList()) {
      amounts(container)
          .forEach((resource, much) -> requests.merge(resource, much, BigDecimal::max));
    }
    return requests;
  }

  private static WirePod parse(ByteString pod) {
    try {
      return WirePod.parseFrom(pod);
    } catch (InvalidProtocolBufferException broken) {
      throw new ProviderException.InvalidArgument("the pod's bytes are no v1.Pod");
    }
  }

  private static Map<String, BigDecimal> amounts(WireContainer container) {
    Map<String, BigDecimal> amounts = new HashMap<>();
    container
        .getResources()
        .getRequestsMap()
        .forEach(
            (resource, amount) ->
                Quantities.parse(amount.getString())
                    .ifPresent(parsed -> amounts.put(resource, parsed)));
    return amounts;
  }
}
