package org.homelab.autoscaler;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.homelab.autoscaler.camel.Cron;
import org.homelab.autoscaler.energy.Tariff;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.homelab.autoscaler.leader.Terms;

/** The values of all {@link Setting}s, checked. Immutable. */
public final class Settings {
  private static final Path POD_NAMESPACE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

  /** What logback and the start script read. */
  private static final Set<String> OTHERS = Set.of("HOMELAB_LOG_LEVEL", "HOMELAB_POD_NAME");

  /** What Kubernetes sets in a pod for a Service whose name begins with homelab. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("HOMELAB_.*_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_\\d+_(TCP|UDP|SCTP).*)?)");

  /** A value that cannot be used; the message names the setting and what to write instead. */
  public static final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Invalid(String message) {
      super(message);
    }
  }

  private final Map<Setting, String> values;

  private Settings(Map<Setting, String> values) {
    this.values = values;
  }

  /**
   * Reads command line and environment.
   *
   * @throws Invalid if an option is unknown or a value cannot be used
   */
  public static Settings read(List<String> arguments, Map<String, String> environment) {
    return read(arguments, environment, Map.of());
  }

  /**
   * Reads command line and environment.
   *
   * @param fallbacks defaults by key that hold instead of those of {@link Setting}
   * @throws Invalid if an option is unknown or a value cannot be used
   */
  static Settings read(
      List<String> arguments, Map<String, String> environment, Map<String, String> fallbacks) {
    var values = new EnumMap<Setting, String>(Setting.class);
    for (Setting setting : Setting.values()) {
      String given = environment.get(setting.environment());
      String fallback = fallbacks.getOrDefault(setting.key(), setting.fallback());
      values.put(setting, given == null || given.isBlank() ? fallback : given.strip());
      check(setting, values.get(setting), setting.environment());
    }
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (!argument.startsWith("--") || equals < 0) {
        throw new Invalid(argument + " is not an option; write --grpc.port=50051");
      }
      String name = argument.substring("--".length(), equals);
      Setting setting = Setting.named(name).orElseThrow(() -> unknown(name));
      values.put(setting, argument.substring(equals + 1).strip());
      check(setting, values.get(setting), setting.option());
    }
    return new Settings(values).checkedTogether();
  }

  private static Invalid unknown(String name) {
    String bare = name.startsWith("homelab.") ? name.substring("homelab.".length()) : name;
    String nearest =
        Arrays.stream(Setting.values())
            .map(Setting::option)
            .min(Comparator.comparingInt(option -> Distance.between(option, "--" + bare)))
            .orElseThrow();
    return new Invalid("unknown option --" + name + "; the nearest there is: " + nearest);
  }

  /**
   * What to say of environment variables that look like ours and are none. No error: Kubernetes
   * itself sets such variables for every Service whose name begins with homelab.
   */
  static Optional<String> unknown(Map<String, String> environment) {
    Set<String> known = new HashSet<>(OTHERS);
    Arrays.stream(Setting.values()).map(Setting::environment).forEach(known::add);
    String strangers =
        environment.keySet().stream()
            .filter(name -> name.startsWith("HOMELAB_") && !known.contains(name))
            .filter(name -> !SERVICE_LINK.matcher(name).matches())
            .sorted()
            .collect(Collectors.joining(", "));
    return strangers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "no setting is called "
                + strangers
                + ": docs/configuration.md lists all environment variables");
  }

  private static void check(Setting setting, String value, String where) {
    if (value.isEmpty() && setting.fallback().isEmpty()) {
      return;
    }
    boolean good =
        switch (setting.kind()) {
          case TEXT -> true;
          case MODE -> value.equals("simulate") || value.equals("cluster");
          case BOOLEAN -> value.equals("true") || value.equals("false");
          case PORT -> number(value) >= 1 && number(value) <= 65535;
          case COUNT -> number(value) >= 1;
          case CYCLES -> number(value) >= 0;
          case CRON -> comes(value);
          case DURATION -> readable(value);
          case DURATION_OR_NONE -> none(value) || readable(value);
          case TARIFF -> tariff(value);
          case ZONE -> zone(value);
          case ADDRESS -> address(value);
          case FILE -> Files.isReadable(Path.of(value));
        };
    if (!good) {
      throw new Invalid(where + "=" + value + " must be " + setting.kind().words());
    }
  }

  private static boolean none(String duration) {
    return duration.equals("0s") || duration.equals("0");
  }

  private static boolean tariff(String value) {
    try {
      Tariff.parse(value, ZoneOffset.UTC);
      return true;
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }

  private static boolean address(String value) {
    try {
      URI address = new URI(value);
      return List.of("http", "https").contains(String.valueOf(address.getScheme()))
          && address.getHost() != null;
    } catch (URISyntaxException unreadable) {
      return false;
    }
  }

  private static boolean zone(String value) {
    try {
      ZoneId.of(value);
      return true;
    } catch (DateTimeException unknown) {
      return false;
    }
  }

  private static boolean readable(String duration) {
    try {
      Durations.parse(duration);
      return true;
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }

  private static boolean comes(String cron) {
    try {
      Cron.check(new Schedule(cron, ZoneOffset.UTC), Instant.now());
      return true;
    } catch (Cron.Invalid unreadable) {
      return false;
    }
  }

  private static int number(String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException none) {
      return -1;
    }
  }

  private Settings checkedTogether() {
    try {
      terms();
    } catch (IllegalArgumentException wrong) {
      throw new Invalid(
          "%s=%s and %s=%s: %s"
              .formatted(
                  Setting.LEADER_DURATION.option(),
                  text(Setting.LEADER_DURATION),
                  Setting.LEADER_RETRY.option(),
                  text(Setting.LEADER_RETRY),
                  wrong.getMessage()));
    }
    if (grpcTls()) {
      for (Setting file :
          List.of(Setting.GRPC_TLS_CERT, Setting.GRPC_TLS_KEY, Setting.GRPC_TLS_CLIENT_CA)) {
        if (text(file).isEmpty()) {
          throw new Invalid(
              file.option()
                  + " is missing: give the PEM files of mutual TLS, or say plaintext aloud with "
                  + Setting.GRPC_TLS_ENABLED.option()
                  + "=false");
        }
      }
    }
    return this;
  }

  /** The value as given or defaulted. */
  public String text(Setting setting) {
    return values.get(setting);
  }

  /** The value of a number. */
  public int number(Setting setting) {
    return Integer.parseInt(values.get(setting));
  }

  /** The value of a yes or no. */
  public boolean flag(Setting setting) {
    return values.get(setting).equals("true");
  }

  /** The value of a duration. */
  public Duration duration(Setting setting) {
    String value = values.get(setting);
    return none(value) ? Duration.ZERO : Durations.parse(value);
  }

  /** Whose clocks and calendar energy is counted by. */
  public ZoneId energyZone() {
    return ZoneId.of(text(Setting.ENERGY_TIME_ZONE));
  }

  /** What energy costs, if that is said. */
  public Optional<Tariff> energyTariff() {
    String given = text(Setting.ENERGY_TARIFF);
    return given.isEmpty() ? Optional.empty() : Optional.of(Tariff.parse(given, energyZone()));
  }

  /** Whether nothing outside this process is to be touched. */
  public boolean simulate() {
    return text(Setting.MODE).equals("simulate");
  }

  /** Whether callers over gRPC need a certificate. */
  public boolean grpcTls() {
    String given = text(Setting.GRPC_TLS_ENABLED);
    return text(Setting.GRPC_ENABLED).equals("true")
        && (given.isEmpty() ? !simulate() : given.equals("true"));
  }

  /** The namespace of our resources: the one set, else the pod's, else the documented one. */
  public String namespace() {
    String given = text(Setting.NAMESPACE);
    return given.isEmpty() ? ownNamespace() : given;
  }

  /** The one namespace in which Secrets of recipes are read. */
  public String secretsNamespace() {
    String given = namespace();
    return given.equals("*") ? ownNamespace() : given;
  }

  /** The namespace of the pod that this runs in, else the documented one. */
  static String ownNamespace() {
    try {
      return Files.readString(POD_NAMESPACE).strip();
    } catch (IOException notInAPod) {
      return "homelab-autoscaler-system";
    }
  }

  /** How the Lease is held. */
  Terms terms() {
    return new Terms(duration(Setting.LEADER_DURATION), duration(Setting.LEADER_RETRY));
  }

  /** The address to listen on for gRPC. */
  public String grpcHost() {
    String given = text(Setting.GRPC_HOST);
    return given.isEmpty() ? (simulate() ? "127.0.0.1" : "0.0.0.0") : given;
  }

  /** The address to listen on for HTTP: from outside only in a cluster. */
  public String httpHost() {
    String given = text(Setting.HTTP_HOST);
    return given.isEmpty() ? (simulate() ? "127.0.0.1" : "0.0.0.0") : given;
  }

  /** All values under their keys, for routes, with what is derived filled in. */
  public Properties properties() {
    var properties = new Properties();
    values.forEach((setting, value) -> properties.setProperty(setting.key(), value));
    properties.setProperty(Setting.GRPC_HOST.key(), grpcHost());
    properties.setProperty(Setting.NAMESPACE.key(), namespace());
    return properties;
  }
}
