package org.homelab.autoscaler.trace;

import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends spans to an OpenTelemetry collector by OTLP over HTTP, in batches and in the background.
 * What cannot be sent is dropped: nothing waits for it. Safe for use by many threads.
 */
public final class OtlpSpans implements Consumer<Span>, AutoCloseable {
  private static final Duration LAST_BATCH = Duration.ofSeconds(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final NextIds ids = new NextIds();
  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /**
   * A sender.
   *
   * @param endpoint where the collector takes traces, such as http://collector:4318/v1/traces
   * @param about attributes of this process, such as service.name
   * @param pace how long spans are gathered before a batch is sent
   */
  public OtlpSpans(URI endpoint, Map<String, String> about, Duration pace) {
    var exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(endpoint.toString()).setTimeout(TIMEOUT).build();
    var resource = Resource.builder();
    about.forEach(resource::put);
    this.provider =
        SdkTracerProvider.builder()
            .setIdGenerator(ids)
            .setResource(resource.build())
            .addSpanProcessor(
                BatchSpanProcessor.builder(new TellingExporter(exporter, endpoint))
                    .setScheduleDelay(pace)
                    .build())
            .build();
    this.tracer = provider.get("org.homelab.autoscaler");
  }

  @Override
  public synchronized void accept(Span span) {
    ids.next = span.id();
    SpanBuilder builder =
        tracer
            .spanBuilder(span.name())
            .setSpanKind(span.served() ? SpanKind.SERVER : SpanKind.INTERNAL)
            .setStartTimestamp(span.from());
    span.parent().ifPresentOrElse(id -> builder.setParent(context(id)), builder::setNoParent);
    span.attributes().forEach(builder::setAttribute);
    io.opentelemetry.api.trace.Span told = builder.startSpan();
    span.problem().ifPresent(problem -> told.setStatus(StatusCode.ERROR, problem));
    told.end(span.to());
  }

  private static Context context(SpanId id) {
    return Context.root()
        .with(
            io.opentelemetry.api.trace.Span.wrap(
                SpanContext.createFromRemoteParent(
                    id.trace(), id.span(), TraceFlags.getSampled(), TraceState.getDefault())));
  }

  /** Sends what is left, if that does not take long. */
  @Override
  public void close() {
    provider.shutdown().join(LAST_BATCH.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Gives each span the ids that were derived for it. */
  private static final class NextIds implements IdGenerator {
    private SpanId next = new SpanId("", "");

    @Override
    public String generateSpanId() {
      return next.span();
    }

    @Override
    public String generateTraceId() {
      return next.trace();
    }
  }
}
