package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Registry;
import org.homelab.autoscaler.camel.EventLoops;
import org.homelab.autoscaler.camel.RouteFiles;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.page.PageServer;
import org.homelab.autoscaler.page.Playground;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running application: Camel with our beans and routes, until it is stopped. */
final class Process {
  private static final int FAILED = 1;
  private static final Logger LOG = LoggerFactory.getLogger("homelab");

  private final Settings settings;
  private final KubernetesClient client;
  private final Clock clock;
  private final Optional<Playground> playground;
  private final AtomicInteger status = new AtomicInteger();
  private final Main main = new Main();
  private Optional<PageServer> page = Optional.empty();
  private ApiCalls calls = new ApiCalls();

  Process(
      Settings settings, KubernetesClient client, Clock clock, Optional<Playground> playground) {
    this.settings = settings;
    this.client = client;
    this.clock = clock;
    this.playground = playground;
  }

  /**
   * Has these told of what its clients ask, but for watches and their lists; the client that it was
   * given is to tell them by itself.
   */
  Process counting(ApiCalls calls) {
    this.calls = calls;
    return this;
  }

  /**
   * Runs until stopped by a signal or {@link #end}.
   *
   * @param whenStarted told once, when all routes are up
   * @return the exit status
   * @throws Settings.Invalid if a port is taken or a folder is not there
   */
  int run(Consumer<Process> whenStarted) {
    FreePorts.check(settings);
    Certificates.check(settings);
    main.setDefaultPropertyPlaceholderLocation("false");
    addProperties(settings.properties());
    addProperties(CamelProperties.of(settings));
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport starting) {
            wire(starting.getCamelContext());
          }

          @Override
          public void afterStart(BaseMainSupport started) {
            measure(started.getCamelContext());
            page.ifPresent(PageServer::start);
            LOG.info("started in {} mode", settings.text(Setting.MODE));
            whenStarted.accept(Process.this);
          }
        });
    Vertx eventLoops = EventLoops.open();
    main.bind("eventLoops", eventLoops);
    try {
      RouteFiles files = new RouteFolders(settings).routes();
      main.addInitialProperty("camel.component.kamelet.location", files.kameletLocation());
      main.configure().addRoutesBuilder(builder(files));
      main.run();
      return status.get();
    } catch (Settings.Invalid wrong) {
      throw wrong;
    } catch (Exception failure) {
      LOG.error("cannot start: {}", StartFailure.explain(failure));
      LOG.debug("cannot start", failure);
      return FAILED;
    } finally {
      eventLoops.close();
    }
  }

  private void wire(CamelContext context) {
    try {
      page = new Wiring(settings, client, clock, playground, calls).bind(context);
    } catch (Exception failure) {
      throw new IllegalStateException("the parts do not fit together", failure);
    }
  }

  private static void measure(CamelContext context) {
    Registry registry = context.getRegistry();
    for (MeterRegistry metrics : registry.findByType(MeterRegistry.class)) {
      registry.findByType(MeterBinder.class).forEach(binder -> binder.bindTo(metrics));
    }
  }

  private static RouteBuilder builder(RouteFiles files) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        files.load(getContext());
      }
    };
  }

  /** Ends the process with that exit status. */
  void end(int exitStatus) {
    status.set(exitStatus);
    main.completed();
  }

  private void addProperties(Properties properties) {
    properties.forEach((key, value) -> main.addInitialProperty((String) key, (String) value));
  }
}
