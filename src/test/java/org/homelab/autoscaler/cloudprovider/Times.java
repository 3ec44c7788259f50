package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.LegacyDuration;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;

/** Times as they go over the wire. */
final class Times {
  private Times() {}

  static Duration minutes(long minutes) {
    return seconds(minutes * 60);
  }

  static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  static LegacyDuration legacyMinutes(long minutes) {
    return LegacyDuration.newBuilder().setDuration(minutes * 60_000_000_000L).build();
  }

  static Timestamp at(long epochSecond) {
    return Timestamp.newBuilder().setSeconds(epochSecond).build();
  }
}
