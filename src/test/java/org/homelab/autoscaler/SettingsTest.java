package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
  private static final Path DOCUMENT = Path.of("docs", "configuration.md");

  @Test
  void defaultsAreThoseOfSimulateMode() {
    Settings settings = read(List.of(), Map.of());
    assertThat(settings.simulate()).isTrue();
    assertThat(settings.grpcHost()).isEqualTo("127.0.0.1");
    assertThat(settings.grpcTls()).isFalse();
    assertThat(settings.number(Setting.GRPC_PORT)).isEqualTo(50051);
    assertThat(settings.duration(Setting.BACK_OFF)).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void theCommandLineWinsOverTheEnvironment(Setting setting, @TempDir Path folder)
      throws IOException {
    String first = example(setting, folder, "a");
    String second = example(setting, folder, "b");
    Map<String, String> environment = Map.of(setting.environment(), first);
    assertThat(plaintext(List.of(), environment).text(setting)).isEqualTo(first);
    assertThat(plaintext(List.of(setting.option() + "=" + second), environment).text(setting))
        .isEqualTo(second);
    assertThat(plaintext(List.of("--" + setting.key() + "=" + second), environment).text(setting))
        .isEqualTo(second);
  }

  @Test
  void aMisspeltOptionIsNamedWithTheNearestThereIs() {
    assertThatThrownBy(() -> read(List.of("--grpc.prot=1"), Map.of()))
        .isInstanceOf(Settings.Invalid.class)
        .hasMessage("unknown option --grpc.prot; the nearest there is: --grpc.port");
  }

  @Test
  void aValueThatCannotBeUsedIsNamedWithWhatToWrite() {
    assertThatThrownBy(() -> read(List.of("--grpc.port=fifty"), Map.of()))
        .hasMessage("--grpc.port=fifty must be a port between 1 and 65535");
    assertThatThrownBy(() -> read(List.of(), Map.of("HOMELAB_BACK_OFF", "soon")))
        .hasMessage("HOMELAB_BACK_OFF=soon must be a duration such as 30s, 10m or 1h30m");
    assertThatThrownBy(() -> read(List.of("--mode=magic"), Map.of()))
        .hasMessage("--mode=magic must be simulate or cluster");
    assertThatThrownBy(() -> read(List.of("--grpc.tls.cert=/no/such.pem"), Map.of()))
        .hasMessage("--grpc.tls.cert=/no/such.pem must be the path of a file that can be read");
    assertThatThrownBy(() -> read(List.of("cluster"), Map.of()))
        .hasMessage("cluster is not an option; write --grpc.port=50051");
  }

  @Test
  void aLeaseThatItsHolderCouldNotKeepIsRefused() {
    assertThatThrownBy(() -> read(List.of("--leader.duration=8s"), Map.of()))
        .isInstanceOf(Settings.Invalid.class)
        .hasMessage(
            "--leader.duration=8s and --leader.retry=2s: a Lease lasts whole seconds, and at least 5 times as long as the pause between two looks");
  }

  @Test
  void clusterModeAnswersNobodyInPlaintextUnlessToldTo() {
    assertThatThrownBy(() -> read(List.of("--mode=cluster"), Map.of()))
        .hasMessageContaining("--grpc.tls.cert is missing")
        .hasMessageContaining("--grpc.tls.enabled=false");
    Settings told = read(List.of("--mode=cluster", "--grpc.tls.enabled=false"), Map.of());
    assertThat(told.grpcTls()).isFalse();
    assertThat(told.grpcHost()).isEqualTo("0.0.0.0");
  }

  @Test
  void anEnvironmentVariableThatNobodyReadsIsToldInOneLine() {
    Map<String, String> environment =
        Map.of(
            "HOMELAB_GRPC_POTR", "1",
            "HOMELAB_NAMESPACES", "x",
            "HOMELAB_GRPC_PORT", "50051",
            "HOMELAB_LOG_LEVEL", "DEBUG",
            "PATH", "/bin");
    assertThat(Settings.unknown(environment))
        .contains(
            "no setting is called HOMELAB_GRPC_POTR, HOMELAB_NAMESPACES: docs/configuration.md lists"
                + " all environment variables");
  }

  @Test
  void whatKubernetesSetsForServicesIsNoMistake() {
    assertThat(
            Settings.unknown(
                Map.of(
                    "HOMELAB_AUTOSCALER_SERVICE_HOST", "10.96.0.1",
                    "HOMELAB_AUTOSCALER_SERVICE_PORT", "50051",
                    "HOMELAB_AUTOSCALER_SERVICE_PORT_GRPC", "50051",
                    "HOMELAB_AUTOSCALER_PORT", "tcp://10.96.0.1:50051",
                    "HOMELAB_AUTOSCALER_PORT_50051_TCP", "tcp://10.96.0.1:50051",
                    "HOMELAB_AUTOSCALER_PORT_50051_TCP_ADDR", "10.96.0.1")))
        .isEmpty();
  }

  @Test
  void everySettingStandsInTheDocumentation() throws IOException {
    String table = table();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(DOCUMENT, table);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("refresh it with: mvn test -Dtest=SettingsTest -Ddocs.write=true")
        .isEqualTo(table);
  }

  private static String table() {
    var text = new StringBuilder();
    text.append("# Configuration\n\n")
        .append("Each setting is read from the command line, else from the environment, else the ")
        .append("default holds. Routes may use it as a property, `{{homelab.grpc.port}}`.\n\n")
        .append("| property | command line | environment | default | meaning |\n")
        .append("|---|---|---|---|---|\n");
    for (Setting setting : Setting.values()) {
      text.append("| ")
          .append(
              String.join(
                  " | ",
                  setting.key(),
                  "`" + setting.option() + "`",
                  "`" + setting.environment() + "`",
                  setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`",
                  setting.meaning()))
          .append(" |\n");
    }
    return text.append("\n`HOMELAB_LOG_LEVEL` sets how much is logged (default `INFO`).\n")
        .toString();
  }

  private static String example(Setting setting, Path folder, String name) throws IOException {
    boolean first = name.equals("a");
    return switch (setting.kind()) {
      case TEXT -> setting == Setting.GRPC_TLS_ENABLED ? "false" : name;
      case MODE -> first ? "simulate" : "cluster";
      case BOOLEAN -> first ? "true" : "false";
      case PORT, COUNT, CYCLES -> first ? "7" : "8";
      case CRON -> first ? "0/7 * * * * ?" : "* * * * *";
      case DURATION ->
          switch (setting) {
            case LEADER_RETRY -> first ? "1s" : "2s";
            case LEADER_DURATION -> first ? "17s" : "18s";
            default -> first ? "7s" : "8s";
          };
      case DURATION_OR_NONE -> first ? "7s" : "8s";
      case TARIFF -> first ? "0.3" : "0.4; 22:00-06:00=0.2";
      case ZONE -> first ? "Europe/Berlin" : "Asia/Tokyo";
      case ADDRESS -> "https://" + name + ":4318/v1/traces";
      case FILE -> Files.writeString(folder.resolve(name), "").toString();
    };
  }

  private static Settings plaintext(List<String> arguments, Map<String, String> environment) {
    var all = new java.util.ArrayList<>(List.of("--grpc.tls.enabled=false"));
    all.addAll(arguments);
    return read(all, environment);
  }

  private static Settings read(List<String> arguments, Map<String, String> environment) {
    return Settings.read(arguments, environment);
  }
}
