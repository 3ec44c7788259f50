package org.homelab.autoscaler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.homelab.autoscaler.camel.RouteFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running application: Camel with our beans and routes, until it is stopped. */
final class Process {
  private static final int FAILED = 1;
  private static final Logger LOG = LoggerFactory.getLogger("homelab");

  private final Settings settings;
  private final KubernetesClient client;
  private final Clock clock;
  private final AtomicInteger status = new AtomicInteger();
  private final Main main = new Main();

  Process(Settings settings, KubernetesClient client, Clock clock) {
    this.settings = settings;
    this.client = client;
    this.clock = clock;
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
            LOG.info("started in {} mode", settings.text(Setting.MODE));
            whenStarted.accept(Process.this);
          }
        });
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
    }
  }

  private void wire(CamelContext context) {
    try {
      new Wiring(settings, client, clock).bind(context);
    } catch (Exception failure) {
      throw new IllegalStateException("the parts do not fit together", failure);
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
