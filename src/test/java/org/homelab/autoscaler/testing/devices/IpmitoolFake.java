package org.homelab.autoscaler.testing.devices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** A program that takes ipmitool's words, for a server that lies in a file. */
public final class IpmitoolFake implements Device {
  /** The right password. */
  public static final String PASSWORD = "canary-ipmi $(id)";

  private static final String PROGRAM =
      """
      #!/bin/sh
      cd "$(dirname "$0")"
      printf '%s\\n' "$@" > words
      tr '\\0' ' ' < /proc/$$/cmdline > seen
      for power in "$@"; do :; done
      case "$(cat fault)" in
        STALLS) exec sleep 60 ;;
        DROPS) echo "Unable to Get Channel Cipher Suites" >&2; echo "Set Chassis Power Control to $power failed: $IPMI_PASSWORD" >&2; exit 1 ;;
      esac
      if [ "$IPMI_PASSWORD" != "$(cat password)" ] || [ "$(cat fault)" = REFUSES_CREDENTIALS ]; then
        echo "Error: Unable to establish IPMI v2 / RMCP+ session" >&2
        exit 1
      fi
      echo "$power" > state
      echo "Chassis Power Control: $power"
      """;

  private final Path folder;

  /** In that folder, off. */
  public IpmitoolFake(Path folder) {
    this.folder = folder;
    try {
      Path program = Files.writeString(folder.resolve("ipmitool"), PROGRAM);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      Files.writeString(folder.resolve("password"), PASSWORD);
      turn(false);
      fault(Fault.NONE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Where the program lies in that folder. */
  public static String program(Path folder) {
    return folder.resolve("ipmitool").toString();
  }

  @Override
  public String recipe() {
    return "ipmi";
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("password", PASSWORD);
  }

  /** ipmitool itself asks again, and ends otherwise than well unless the server has said yes. */
  @Override
  public boolean can(Fault fault) {
    return fault != Fault.LIES && fault != Fault.SLOW && fault != Fault.THIRD_TIME;
  }

  @Override
  public void fault(Fault fault) {
    write("fault", fault.name());
  }

  @Override
  public boolean on() {
    return state().equals("on");
  }

  @Override
  public void turn(boolean on) {
    write("state", on ? "on" : "off");
  }

  @Override
  public String address() {
    return "bmc.lan UDP port 623";
  }

  /** ipmitool says the same of a server that is not there as of one that does not let it in. */
  @Override
  public void close() {
    fault(Fault.REFUSES_CREDENTIALS);
  }

  private void write(String file, String text) {
    try {
      Files.writeString(folder.resolve(file), text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What the server was told last. */
  public String state() {
    return read("state").strip();
  }

  /** The words of the last command. */
  public List<String> words() {
    return read("words").lines().toList();
  }

  /** What everybody on that computer could see of the last command. */
  public String seen() {
    return read("seen");
  }

  @Override
  public Map<String, String> parameters() {
    return Map.of(
        "image", "none", "host", "bmc.lan", "user", "$(id); x", "timeLimit", "1", "tries", "1");
  }
}
