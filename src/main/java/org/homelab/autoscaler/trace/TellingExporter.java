package org.homelab.autoscaler.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that traces cannot be sent, and once that they can be again. */
final class TellingExporter implements SpanExporter {
  private static final Logger LOG = LoggerFactory.getLogger("traces");

  private final SpanExporter exporter;
  private final URI endpoint;
  private final AtomicBoolean failing = new AtomicBoolean();

  TellingExporter(SpanExporter exporter, URI endpoint) {
    this.exporter = exporter;
    this.endpoint = endpoint;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    result.whenComplete(() -> tell(result));
    return result;
  }

  private void tell(CompletableResultCode result) {
    boolean failed = !result.isSuccess();
    if (failing.getAndSet(failed) == failed) {
      return;
    }
    if (failed) {
      LOG.warn(
          "traces cannot be sent to {} and are dropped until they can: {}",
          endpoint,
          Optional.ofNullable(result.getFailureThrowable())
              .map(Throwable::getCause)
              .map(Throwable::toString)
              .orElse("they are refused; see homelab.traces.endpoint"));
    } else {
      LOG.info("traces are sent to {} again", endpoint);
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
