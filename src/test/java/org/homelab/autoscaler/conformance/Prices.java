package org.homelab.autoscaler.conformance;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingPodPriceRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import org.homelab.autoscaler.testing.ProviderClient;

/** What CA asks about prices. */
final class Prices {
  /** A v1.Pod with metadata and nothing in it. */
  static final ByteString BARE_POD = ByteString.copyFrom(new byte[] {0x0a, 0});

  private static final long START = 1000;

  private Prices() {}

  private static Timestamp at(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }

  static double ofNode(ProviderClient ca, ExternalGrpcNode node, long seconds) {
    return ca.stub()
        .pricingNodePrice(
            PricingNodePriceRequest.newBuilder()
                .setNode(node)
                .setStartTimestamp(at(START))
                .setEndTimestamp(at(START + seconds))
                .build())
        .getPrice();
  }

  /**
   * The price of a pod for one hour.
   *
   * @param bytes the pod where CA from 1.34.2 on has it
   * @param legacy the pod where older ones have it
   */
  static double ofPod(ProviderClient ca, ByteString bytes, ByteString legacy) {
    return ca.stub()
        .pricingPodPrice(
            PricingPodPriceRequest.newBuilder()
                .setPodBytes(bytes)
                .setPod(legacy)
                .setStartTimestamp(at(START))
                .setEndTimestamp(at(START + 3600))
                .build())
        .getPrice();
  }

  static double ofBarePod(ProviderClient ca) {
    return ofPod(ca, BARE_POD, ByteString.EMPTY);
  }
}
