package org.homelab.autoscaler;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;
import org.apache.camel.support.service.ServiceSupport;

/** What Micrometer knows of a JVM: memory, collections, threads, classes, files and processor. */
final class JvmMeasures extends ServiceSupport {
  private final MeterRegistry registry;
  private final JvmGcMetrics collections = new JvmGcMetrics();

  JvmMeasures(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  protected void doStart() {
    List.of(
            collections,
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new FileDescriptorMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics())
        .forEach(measure -> measure.bindTo(registry));
  }

  /** It listens to the JVM, which would keep it for ever. */
  @Override
  protected void doStop() {
    collections.close();
  }
}
