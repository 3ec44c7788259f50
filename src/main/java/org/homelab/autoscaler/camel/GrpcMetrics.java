package org.homelab.autoscaler.camel;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long the certificate that callers are shown is still good for. */
public final class GrpcMetrics implements MeterBinder {
  private final GrpcServerComponent grpc;
  private final Clock clock;

  /** Measures the servers of that component. */
  public GrpcMetrics(GrpcServerComponent grpc, Clock clock) {
    this.grpc = grpc;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    TimeGauge.builder(
            "homelab.grpc.certificate.remaining", this::remainingSeconds, TimeUnit.SECONDS)
        .description("Time until the certificate in use runs out; NaN without TLS")
        .register(registry);
  }

  private double remainingSeconds() {
    return grpc.certificateExpiry()
        .map(expiry -> (double) Duration.between(clock.instant(), expiry).toSeconds())
        .orElse(Double.NaN);
  }
}
