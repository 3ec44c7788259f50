package org.homelab.autoscaler.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.testing.ChildProcess;
import org.homelab.autoscaler.testing.Ports;

/** The packaged application and the floor, side by side, with the same options for the JVM. */
final class Pair implements AutoCloseable {
  /** Where both run and write their logs. */
  static final Path FOLDER = Path.of("target", "bench").toAbsolutePath();

  private static final List<String> OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxRAMPercentage=35");

  private final int floorPort = Ports.free();
  private final Replica application;
  private final ChildProcess floor;
  private final double startSeconds;

  /** Starts both, and returns once the application is ready. */
  Pair(World world) throws Exception {
    Files.createDirectories(FOLDER);
    application = new Replica("application", world, Map.of());
    startSeconds = application.untilReady();
    floor = floor(world.groups());
  }

  Replica application() {
    return application;
  }

  int port() {
    return application.port();
  }

  int floorPort() {
    return floorPort;
  }

  /** From the start of the process until it says that it is ready. */
  double startSeconds() {
    return startSeconds;
  }

  Consumption taken() {
    return application.taken();
  }

  Consumption takenByFloor() {
    return new Consumption(floor.pid());
  }

  private ChildProcess floor(int groups) {
    List<String> command = new ArrayList<>();
    command.add(Jdk.java());
    command.addAll(OPTIONS);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Floor.class.getName(),
            Integer.toString(floorPort),
            Integer.toString(groups),
            Integer.toString(World.IN_A_GROUP)));
    return ChildProcess.start(
        "floor", command, Map.of(), Path.of("").toAbsolutePath(), FOLDER.resolve("floor.log"));
  }

  @Override
  public void close() {
    application.close();
    floor.close();
  }
}
