package org.homelab.autoscaler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.homelab.autoscaler.fleet.Durations;

/** The values of all {@link Setting}s, checked. Immutable. */
public final class Settings {
  private static final Path POD_NAMESPACE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

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
          case DURATION -> readable(value);
          case FILE -> Files.isReadable(Path.of(value));
        };
    if (!good) {
      throw new Invalid(where + "=" + value + " must be " + setting.kind().words());
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

  private static int number(String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException none) {
      return -1;
    }
  }

  private Settings checkedTogether() {
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

  /** The value of a duration. */
  public Duration duration(Setting setting) {
    return Durations.parse(values.get(setting));
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
    if (!given.isEmpty()) {
      return given;
    }
    try {
      return Files.readString(POD_NAMESPACE).strip();
    } catch (IOException notInAPod) {
      return "homelab-autoscaler-system";
    }
  }

  /** The address to listen on for gRPC. */
  public String grpcHost() {
    String given = text(Setting.GRPC_HOST);
    return given.isEmpty() ? (simulate() ? "127.0.0.1" : "0.0.0.0") : given;
  }

  /** The address to listen on for HTTP: from outside only in a cluster. */
  public String httpHost() {
    return simulate() ? "127.0.0.1" : "0.0.0.0";
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
