package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingPodPriceRequest;
import com.google.protobuf.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/**
 * The span of time that a price is asked for; in the words of CA from 1.34.2 on, else older ones.
 */
final class Period {
  private Period() {}

  static Duration of(PricingNodePriceRequest request) {
    if (request.hasStartTimestamp() && request.hasEndTimestamp()) {
      return between(request.getStartTimestamp(), request.getEndTimestamp());
    }
    require(request.hasStartTime() && request.hasEndTime());
    return between(request.getStartTime(), request.getEndTime());
  }

  static Duration of(PricingPodPriceRequest request) {
    if (request.hasStartTimestamp() && request.hasEndTimestamp()) {
      return between(request.getStartTimestamp(), request.getEndTimestamp());
    }
    require(request.hasStartTime() && request.hasEndTime());
    return between(request.getStartTime(), request.getEndTime());
  }

  private static void require(boolean both) {
    if (!both) {
      throw new ProviderException.InvalidArgument("the request has no start or no end");
    }
  }

  private static Duration between(Timestamp start, Timestamp end) {
    Duration period;
    try {
      period = Duration.between(instant(start), instant(end));
    } catch (DateTimeException | ArithmeticException unreadable) {
      throw new ProviderException.InvalidArgument("start or end is no time");
    }
    if (period.isNegative()) {
      throw new ProviderException.InvalidArgument("the end lies before the start");
    }
    return period;
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
