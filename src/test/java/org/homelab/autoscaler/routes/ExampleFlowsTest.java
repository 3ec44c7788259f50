package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.homelab.autoscaler.Setting;
import org.homelab.autoscaler.camel.Flows;
import org.homelab.autoscaler.camel.RouteFiles;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.flows.Messages;
import org.homelab.autoscaler.power.Consent;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.Devices;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each file of docs/examples/routes, dropped into the folder of a user as it stands. */
class ExampleFlowsTest {
  private static final Path EXAMPLES = Path.of("docs", "examples", "routes");

  /** What needs a cluster or a schedule. */
  private static final String LEFT_OUT =
      "watch-*,resync,take-over,look-for-leftovers,count-energy,cloud-provider,reconcile-machines,reconcile-groups";

  @TempDir Path folder;
  private final Flow flow = new Flow();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Properties settings = new Properties();
  private UnaryOperator<String> here = text -> text;
  private Map<String, String> annotations = Map.of();
  private Instant now = OneOfEach.NOW;
  private HttpServer house;
  private String ups = "OL CHRG";
  private int status = 200;

  @BeforeEach
  void open() throws IOException {
    house = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    house.createContext(
        "/",
        exchange -> {
          told.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Title")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] answer = ups.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    house.start();
    String url = "http://127.0.0.1:" + house.getAddress().getPort();
    settings.setProperty("homelab.ntfy.url", url + "/my-homelab");
    settings.setProperty("homelab.chat.url", url + "/services/SECRET");
    settings.setProperty("homelab.ups.url", url + "/ups.status");
  }

  @AfterEach
  void close() {
    house.stop(0);
  }

  @Test
  void aPhoneIsToldOfAFailure() throws Exception {
    assertThat(step("ntfy", "fail-startup").decision()).isInstanceOf(Decision.FailStartup.class);
    assertThat(told)
        .containsExactly(
            "POST /my-homelab Homelab Autoscaler fail-startup: The Job of the power operation"
                + " failed. ");
  }

  @Test
  void aChannelIsToldOfAMachineThatIsReady() throws Exception {
    step("chat", "become-ready");
    assertThat(told)
        .containsExactly(
            "POST /services/SECRET null {\"text\": \"become-ready of rack is ready\"}");
  }

  @Test
  void aChannelThatIsAwayChangesNothing() throws Exception {
    status = 500;
    assertThat(step("chat", "become-ready").decision()).isInstanceOf(Decision.BecomeReady.class);
    assertThat(told).hasSize(1);
  }

  @Test
  void theNasIsWokenFirst() throws Exception {
    try (var nas = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      here =
          text ->
              text.replace("constant: 192.168.1.255", "constant: 127.0.0.1")
                  .replace(
                      "        - setVariable: { name: secretName",
                      "        - setVariable: { name: port, constant: \""
                          + nas.getLocalPort()
                          + "\" }\n        - setVariable: { name: secretName");
      assertThat(step("nas", "power-on").decision()).isInstanceOf(Decision.PowerOn.class);
      nas.setSoTimeout(30_000);
      var packet = new DatagramPacket(new byte[200], 200);
      nas.receive(packet);
      assertThat(packet.getLength()).isEqualTo(102);
    }
  }

  @Test
  void onLinePowerMachinesArePoweredOn() throws Exception {
    assertThat(step("ups", "power-on").decision()).isInstanceOf(Decision.PowerOn.class);
    assertThat(told).containsExactly("GET /ups.status null ");
  }

  @Test
  void onBatteryTheyWait() throws Exception {
    ups = "OB DISCHRG";
    assertThat(wait("ups").reason()).isEqualTo(Reason.FLOW_WAITS);
    assertThat(wait("ups").detail()).isEqualTo("before-power-on: the UPS says OB DISCHRG");
  }

  @Test
  void whenTheUpsCannotBeAskedTheyWaitTooAndItsAddressIsNotShown() throws Exception {
    status = 404;
    assertThat(wait("ups").reason()).isEqualTo(Reason.FLOW_FAILED);
    assertThat(wait("ups").detail()).contains("404").doesNotContain("ups.status");
  }

  @Test
  void whatIsOrderedByDayWaitsForTheNight() throws Exception {
    assertThat(wait("night").detail())
        .isEqualTo("before-power-on: electricity is cheap from 22 to 5 o'clock");
    assertThat(wait("night").again()).contains(now.plusSeconds(300));
    now = Instant.parse("2026-03-01T22:00:00Z");
    assertThat(step("night", "power-on").decision()).isInstanceOf(Decision.PowerOn.class);
  }

  @Test
  void aPersonApprovesEachPowerOnAnew() throws Exception {
    assertThat(wait("approve").detail())
        .endsWith("kubectl annotate --overwrite hln power-on house.example/approve=0");
    annotations = Map.of("house.example/approve", "1");
    assertThat(wait("approve").reason()).isEqualTo(Reason.FLOW_WAITS);
    annotations = Map.of("house.example/approve", "0");
    assertThat(step("approve", "power-on").decision()).isInstanceOf(Decision.PowerOn.class);
  }

  @Test
  void eachExampleIsTested() throws IOException {
    String tests = Files.readString(Path.of("src/test/java").resolve(ownFile()));
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      Set<String> names =
          files
              .map(file -> file.getFileName().toString().replace(".camel.yaml", ""))
              .filter(name -> !name.equals("netboot"))
              .collect(Collectors.toSet());
      assertThat(names).isNotEmpty().allSatisfy(n -> assertThat(tests).contains("(\"" + n + "\""));
    }
  }

  private String ownFile() {
    return getClass().getName().replace('.', '/') + ".java";
  }

  private Decision.Wait wait(String example) throws Exception {
    return (Decision.Wait) step(example, "power-on").decision();
  }

  /** The step that is taken with that file in the user's folder. */
  private Step step(String example, String machine) throws Exception {
    Path file = EXAMPLES.resolve(example + ".camel.yaml");
    Files.writeString(folder.resolve(file.getFileName()), here.apply(Files.readString(file)));
    try (var context = new DefaultCamelContext()) {
      prepare(context);
      RouteFiles.of(Path.of("routes"), Optional.of(folder)).load(context);
      context.start();
      flow.clear();
      Exchange done =
          context
              .createProducerTemplate()
              .request(
                  "direct:reconcile-machine",
                  exchange -> exchange.getMessage().setBody(OneOfEach.key(machine)));
      assertThat(done.getException()).isNull();
      return (Step) flow.bodyAt("status.write");
    }
  }

  private void prepare(DefaultCamelContext context) throws Exception {
    for (Setting setting : Setting.values()) {
      settings.putIfAbsent(setting.key(), setting.fallback());
    }
    context.getPropertiesComponent().setOverrideProperties(settings);
    context.setRouteFilterPattern(null, LEFT_OUT);
    context.addRoutePolicyFactory(flow);
    context.getComponent("kamelet", KameletComponent.class).setLocation("file:routes/kamelets");
    new Beans(flow).bind(context.getRegistry());
    Devices.bind(context.getRegistry()::bind);
    context.getRegistry().bind("cloudProvider", new EmptyProvider());
    context.getRegistry().bind("recipes", RouteTest.recipes(new Fleet(ObjectKey::name)));
    context.getRegistry().bind("power", new OneOfEach().desk(() -> true, now));
    var flows =
        new Flows(
            context,
            new Fleet(ObjectKey::name),
            new Messages(key -> annotations),
            Clock.fixed(now, ZoneOffset.UTC),
            Runnable::run,
            Duration.ofSeconds(30),
            Consent::withheld,
            key -> {});
    context.getRegistry().bind("flows", flows);
    context.addService(flows);
  }
}
