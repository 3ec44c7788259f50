package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Registry;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Recipe.Probe;
import org.homelab.autoscaler.recipes.Definition;
import org.homelab.autoscaler.recipes.Ipmi;
import org.homelab.autoscaler.recipes.Reading;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.testing.devices.Device;
import org.homelab.autoscaler.testing.devices.Fault;
import org.homelab.autoscaler.testing.devices.HomeAssistantFake;
import org.homelab.autoscaler.testing.devices.HttpApiFake;
import org.homelab.autoscaler.testing.devices.IpmitoolFake;
import org.homelab.autoscaler.testing.devices.LanDevice;
import org.homelab.autoscaler.testing.devices.MqttFake;
import org.homelab.autoscaler.testing.devices.NutFake;
import org.homelab.autoscaler.testing.devices.ProxmoxFake;
import org.homelab.autoscaler.testing.devices.RedfishFake;
import org.homelab.autoscaler.testing.devices.ShellyFake;
import org.homelab.autoscaler.testing.devices.SnmpFake;
import org.homelab.autoscaler.testing.devices.TasmotaFake;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every recipe must do, each on a real socket in its own protocol, with whichever parts it
 * has. Those that are carried out by Jobs alone are in {@code RecipeJobsTest}.
 */
class RecipeConformanceTest extends RecipeTest {
  @TempDir static Path folder;

  /** One of each that is closed, and can say what it is. */
  private static final Map<String, Device> SAMPLES = new HashMap<>();

  private static final Map<String, String> HASTE = Map.of("timeLimit", "0.4", "tries", "1");
  private static final Map<String, String> PATIENCE = Map.of("timeLimit", "10");

  static Stream<Arguments> devices() {
    return Stream.of(
        device("tasmota", TasmotaFake::new),
        device("shelly generation 1", () -> new ShellyFake(true)),
        device("shelly generation 2", () -> new ShellyFake(false)),
        device("redfish with an authority", () -> new RedfishFake(false)),
        device("redfish with a fingerprint", () -> new RedfishFake(true)),
        device("http", HttpApiFake::new),
        device("home-assistant", HomeAssistantFake::new),
        device("proxmox", ProxmoxFake::new),
        device("pdu-snmp", SnmpFake::new),
        device("mqtt in words", () -> new MqttFake(MqttFake.Kind.PLAIN)),
        device("mqtt in JSON over TLS", () -> new MqttFake(MqttFake.Kind.JSON)),
        device("ipmi", () -> new IpmitoolFake(folder)),
        device("nut", NutFake::new),
        device("ssh", () -> new LanDevice("ssh")),
        device("wake-on-lan", () -> new LanDevice("wake-on-lan")),
        device("wol-ssh", () -> new LanDevice("wol-ssh")));
  }

  static Stream<Arguments> switches() {
    return those(device -> !commands(device).isEmpty());
  }

  static Stream<Arguments> probes() {
    return those(device -> parts(device).contains("probe"));
  }

  static Stream<Arguments> thatAnswer() {
    return those(device -> !answered(device).isEmpty());
  }

  static Stream<Arguments> thatMayLie() {
    return those(device -> device.can(Fault.LIES));
  }

  static Stream<Arguments> thatMayBeBusy() {
    return those(device -> device.can(Fault.SLOW) && device.can(Fault.THIRD_TIME));
  }

  static Stream<Arguments> thatWantCredentials() {
    return those(device -> !device.secrets().isEmpty() && !answered(device).isEmpty());
  }

  private static Stream<Arguments> those(Predicate<Device> such) {
    return devices().filter(one -> ask(one, such::test));
  }

  @SuppressWarnings("unchecked")
  private static <T> T ask(Arguments one, Function<Device, T> question) {
    var named = (Named<Supplier<Device>>) one.get()[0];
    return question.apply(
        SAMPLES.computeIfAbsent(named.getName(), name -> closed(named.getPayload().get())));
  }

  private static Device closed(Device device) {
    device.close();
    return device;
  }

  private static Arguments device(String name, Supplier<Device> made) {
    return Arguments.of(Named.of(name, made));
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    super.bindToRegistry(registry);
    registry.bind("ipmi", new Ipmi(IpmitoolFake.program(folder)));
  }

  private Exchange use(Device device, String part, Map<String, String> more) {
    Map<String, String> parameters = new TreeMap<>(device.parameters());
    parameters.putAll(more);
    return use(device.recipe(), part, parameters, device.secrets());
  }

  private static List<String> parts(Device device) {
    Definition recipe = CATALOGUE.find(device.recipe()).orElseThrow();
    List<String> parts = new ArrayList<>();
    recipe.on().ifPresent(giver -> parts.add("on"));
    recipe.off().ifPresent(giver -> parts.add("off"));
    if (recipe.probe() != Probe.NONE) {
      parts.add("probe");
    }
    return parts;
  }

  private static List<String> commands(Device device) {
    return parts(device).stream().filter(part -> !part.equals("probe")).toList();
  }

  /** The parts that fail where the device does not do as it should. */
  private static List<String> answered(Device device) {
    return parts(device).stream()
        .filter(part -> device.answers(part) && !(part.equals("probe") && seesLifeOnly(device)))
        .toList();
  }

  /** Silence says nothing to such a probe, and so is no failure. */
  private static boolean seesLifeOnly(Device device) {
    return CATALOGUE.find(device.recipe()).orElseThrow().probe() == Probe.LIFE;
  }

  @Test
  void noShippedRecipeIsForgotten() {
    Set<String> missing = new TreeSet<>();
    CATALOGUE.all().forEach(recipe -> missing.add(recipe.name()));
    devices().forEach(one -> missing.remove(ask(one, Device::recipe)));
    assertThat(missing).as("carried out by Jobs alone").containsExactly("job", "script");
  }

  @ParameterizedTest
  @MethodSource("switches")
  void onAndOffDoWhatTheySayAndTwiceIsAsGoodAsOnce(Supplier<Device> made) {
    try (Device device = made.get()) {
      List<String> parts = commands(device);
      device.turn(!parts.contains("on"));
      for (String part : List.of("on", "on", "off", "off", "on")) {
        if (parts.contains(part)) {
          boolean there = device.on() || device.standsBesideTheMachine() || part.equals("on");
          Exception failure = use(device, part, PATIENCE).getException();
          device.obey(part.equals("on"));
          assertThat(device.on()).as(part).isEqualTo(part.equals("on"));
          if (there) {
            assertThat(failure).as(part).isNull();
          } else {
            assertThat(failure)
                .as("a machine that is off hears nothing")
                .isInstanceOf(RecipeFailure.NotTaken.class)
                .hasMessageContaining(device.address())
                .hasMessageContaining("cannot be reached");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("switches")
  void whatIsNotWantedAnyMoreIsNotSent(Supplier<Device> made) {
    try (Device device = made.get()) {
      for (String part : commands(device)) {
        boolean on = part.equals("off");
        device.turn(on);
        Map<String, String> parameters = new TreeMap<>(device.parameters());
        parameters.putAll(PATIENCE);
        Exchange done = use(device.recipe(), part, parameters, device.secrets(), () -> false);
        assertThat(done.getException())
            .isInstanceOf(RecipeFailure.class)
            .hasMessageContaining("nothing more was sent");
        assertThat(device.on()).isEqualTo(on);
      }
    }
  }

  @Test
  void whatAValueHoldsArrivesLetterByLetterAndMeansNothing() {
    try (var device = new HttpApiFake()) {
      assertThat(use(device, "on", PATIENCE).getException()).isNull();
      assertThat(device.requests()).hasSize(1);
      assertThat(device.requests().get(0).body()).isEqualTo(HttpApiFake.ON);
      assertThat(device.requests().get(0).query()).isEqualTo("a=b&c=&");
    }
  }

  @Test
  void aServerThatIsStillPoweringOffIsNotTakenForOneThatIsOn() {
    try (var device = new RedfishFake(false)) {
      device.goingDown(true);
      assertThat(use(device, "on", PATIENCE).getException())
          .isInstanceOf(RecipeFailure.NotTaken.class)
          .hasMessageContaining("still powering off");
      assertThat(reading(use(device, "probe", PATIENCE)).power()).isEqualTo(ObservedPower.ON);
      device.goingDown(false);
      assertThat(use(device, "on", PATIENCE).getException()).isNull();
      assertThat(device.on()).isTrue();
    }
  }

  @Test
  void aMachineMoreMakesNoRouteMore() {
    try (var one = new TasmotaFake();
        var other = new TasmotaFake()) {
      use(one, "on", PATIENCE);
      int routes = context.getRoutesSize();
      use(other, "on", PATIENCE);
      assertThat(other.on()).isTrue();
      assertThat(context.getRoutesSize()).isEqualTo(routes);
    }
  }

  @Test
  void aStrangersCertificateIsNotTrusted() {
    try (var device = new RedfishFake(false);
        var other = new RedfishFake(false)) {
      Map<String, String> confused = new TreeMap<>(device.parameters());
      confused.put("caCertificates", other.parameters().get("caCertificates"));
      assertThat(use("redfish", "on", confused, device.secrets()).getException())
          .isInstanceOf(RecipeFailure.NotTaken.class)
          .hasMessageContaining("its certificate is not trusted")
          .hasMessageContaining("caCertificates");
      assertThat(device.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("probes")
  void theProbeTellsWhatIsSo(Supplier<Device> made) {
    try (Device device = made.get()) {
      ObservedPower silence = seesLifeOnly(device) ? ObservedPower.UNKNOWN : ObservedPower.OFF;
      for (boolean on : List.of(true, false)) {
        device.turn(on);
        Reading seen = reading(use(device, "probe", PATIENCE));
        assertThat(seen.power()).isEqualTo(on ? ObservedPower.ON : silence);
        seen.watts().ifPresent(watts -> assertThat(watts).isBetween(on ? 60.0 : 0.0, 62.0));
        if (on && device.recipe().equals("redfish")) {
          assertThat(seen.watts()).isPresent();
        }
        seen.kilowattHours().ifPresent(total -> assertThat(total).isEqualTo(12.5));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("thatMayLie")
  void whatADeviceMakesUpIsNotBelieved(Supplier<Device> made) {
    try (Device device = made.get()) {
      for (boolean on : List.of(false, true)) {
        device.fault(Fault.LIES);
        device.turn(on);
        Exchange probed = use(device, "probe", PATIENCE);
        assertThat(
                probed.getException() instanceof RecipeFailure
                    || reading(probed).power() == ObservedPower.UNKNOWN)
            .isTrue();
        String part = on ? "off" : "on";
        if (answered(device).contains(part)) {
          assertThat(use(device, part, PATIENCE).getException()).isInstanceOf(RecipeFailure.class);
          assertThat(device.on()).as(part).isEqualTo(on);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("thatAnswer")
  void whoDoesNotAnswerIsNotWaitedForAndNothingIsClaimedOfIt(Supplier<Device> made) {
    try (Device device = made.get()) {
      use(device, parts(device).get(parts(device).size() - 1), PATIENCE);
      for (Fault fault : List.of(Fault.STALLS, Fault.DROPS)) {
        device.fault(fault);
        if (!device.standsBesideTheMachine()) {
          device.turn(true);
        }
        for (String part : answered(device)) {
          long begun = System.nanoTime();
          Exception failure =
              use(device, part, Map.of("timeLimit", device.promptly(), "tries", "1"))
                  .getException();
          // Half of what a device that stalls takes.
          assertThat(Duration.ofNanos(System.nanoTime() - begun))
              .isLessThan(Duration.ofSeconds(30));
          assertThat(failure)
              .as(fault + " " + part)
              .isInstanceOf(RecipeFailure.class)
              .hasMessageContaining(device.address());
          assertThat(failure instanceof RecipeFailure.NotTaken).isEqualTo(device.asksFirst());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("thatMayBeBusy")
  void slownessAndBusynessAreBorne(Supplier<Device> made) {
    try (Device device = made.get()) {
      for (Fault fault : List.of(Fault.SLOW, Fault.THIRD_TIME)) {
        device.fault(fault);
        if (commands(device).contains("on")) {
          assertThat(use(device, "on", PATIENCE).getException()).as(fault + " on").isNull();
          assertThat(device.on()).isTrue();
        }
        if (!device.on()) {
          device.turn(true);
        }
        device.fault(fault);
        assertThat(reading(use(device, "probe", PATIENCE)).power()).isEqualTo(ObservedPower.ON);
        device.turn(false);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("thatWantCredentials")
  void wrongCredentialsAreSaidWithDeviceAndFix(Supplier<Device> made) {
    try (Device device = made.get()) {
      device.turn(!device.standsBesideTheMachine());
      boolean was = device.on();
      device.fault(Fault.REFUSES_CREDENTIALS);
      for (String part : answered(device)) {
        assertThat(use(device, part, PATIENCE).getException())
            .isInstanceOf(RecipeFailure.NotTaken.class)
            .hasMessageContaining(device.address())
            .hasMessageContaining("refused the credentials")
            .hasMessageContaining("secretRef");
      }
      device.fault(Fault.NONE);
      for (String part : commands(device).stream().filter(device::answers).toList()) {
        Map<String, String> wrong = device.wrongSecrets();
        assertThat(use(device.recipe(), part, device.parameters(), wrong).getException())
            .as(part)
            .isInstanceOf(RecipeFailure.NotTaken.class)
            .hasMessageContaining("credentials");
        assertThat(device.on()).as(part).isEqualTo(was);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("thatAnswer")
  void whoIsNotThereHasCertainlyNotActed(Supplier<Device> made) {
    Device device = made.get();
    device.close();
    for (String part : answered(device)) {
      assertThat(use(device, part, HASTE).getException())
          .isInstanceOf(RecipeFailure.NotTaken.class)
          .hasMessageContaining(device.address())
          .hasMessageContaining("cannot be reached");
    }
  }
}
