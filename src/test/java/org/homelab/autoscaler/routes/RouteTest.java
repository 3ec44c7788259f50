package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.homelab.autoscaler.Setting;
import org.homelab.autoscaler.camel.Flows;
import org.homelab.autoscaler.camel.KeyedQueue;
import org.homelab.autoscaler.camel.KeyedQueueComponent;
import org.homelab.autoscaler.camel.RecipeDesk;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.flows.Messages;
import org.homelab.autoscaler.power.Consent;
import org.homelab.autoscaler.recipes.Catalogue;
import org.homelab.autoscaler.recipes.Devices;
import org.homelab.autoscaler.recipes.Secrets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/**
 * Runs shipped route files as they are, with the beans that they call replaced, in one context for
 * all tests of a class. Nothing that goes wrong on the way may make Camel log an error: whoever
 * sent the exchange tells what happened.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RouteTest extends CamelTestSupport {
  final Flow flow = new Flow();
  private final List<String> files;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  /** Runs {@code routes/<file>.camel.yaml} for each of these, with what is shared by all. */
  RouteTest(String... files) {
    this.files = List.of(files);
  }

  @Override
  public void configureContext(CamelContextConfiguration configuration) {
    super.configureContext(configuration);
    var settings = new Properties();
    for (Setting setting : Setting.values()) {
      settings.setProperty(setting.key(), setting.fallback());
    }
    settings.setProperty(Setting.NAMESPACE.key(), "lab");
    try {
      more(settings);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    configuration.withUseOverridePropertiesWithPropertiesComponent(settings);
  }

  /** Adds settings. */
  void more(Properties settings) throws IOException {}

  @Override
  public void configureTest(TestExecutionConfiguration configuration) {
    super.configureTest(configuration);
    configuration.withDumpRouteCoverage(true);
  }

  @Override
  protected CamelContext createCamelContext() throws Exception {
    CamelContext context = super.createCamelContext();
    context.addRoutePolicyFactory(flow);
    context.getComponent("kamelet", KameletComponent.class).setLocation("file:routes/kamelets");
    Flows flows = flows(context);
    context.getRegistry().bind("flows", flows);
    context.addService(flows);
    // Without these the report of what was covered fails at the route that a Kamelet becomes.
    ManagementAgent agent = context.getManagementStrategy().getManagementAgent();
    agent.setRegisterNewRoutes(true);
    agent.setRegisterRoutesCreateByTemplate(true);
    agent.setRegisterRoutesCreateByKamelet(true);
    return context;
  }

  /** Flows that answer on the thread of whoever asks. */
  private Flows flows(CamelContext context) {
    return new Flows(
        context,
        machines(),
        new Messages(key -> Map.of("house.example/approve", "4")),
        Clock.fixed(OneOfEach.NOW, ZoneOffset.UTC),
        Runnable::run,
        Duration.ofSeconds(30),
        Consent::withheld,
        key -> {});
  }

  /** The machines that there are to observe. */
  Fleet machines() {
    return new Fleet(ObjectKey::name);
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    new Beans(flow).bind(registry);
    Devices.bind(registry::bind);
    registry.bind("recipes", recipes(new Fleet(ObjectKey::name)));
  }

  /** The desk that hands the shipped recipes out for the machines of that fleet. */
  static RecipeDesk recipes(Fleet fleet) {
    Catalogue shipped = Catalogue.read(List.of(Path.of("routes", "kamelets")), true);
    return new RecipeDesk(fleet, shipped, Secrets.NONE, Clock.systemUTC());
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() throws Exception {
        load(getContext());
      }
    };
  }

  /** Loads the routes under test. */
  void load(CamelContext context) throws Exception {
    var resources = new ArrayList<Resource>();
    resources.add(resource(context, "failures"));
    for (String file : files) {
      resources.add(resource(context, file));
    }
    PluginHelper.getRoutesLoader(context).loadRoutes(resources);
  }

  private static Resource resource(CamelContext context, String file) {
    return PluginHelper.getResourceLoader(context)
        .resolveResource("file:routes/" + file + ".camel.yaml");
  }

  @BeforeEach
  void listen() {
    flow.clear();
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    root().addAppender(log);
  }

  @AfterEach
  void noErrorIsLogged() {
    root().detachAppender(log);
    assertThat(logged(Level.ERROR)).isEmpty();
  }

  /** What was logged at this level since the test began. */
  List<String> logged(Level level) {
    return log.list.stream()
        .filter(event -> event.getLevel().equals(level))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  /** What has become of a message with this body. */
  Exchange send(String endpoint, Object body) {
    return template.request(endpoint, exchange -> exchange.getMessage().setBody(body));
  }

  /** The queue of that name. */
  KeyedQueue<Object> queue(String name) {
    return context.getComponent("keyed-queue", KeyedQueueComponent.class).queue(name);
  }
}
