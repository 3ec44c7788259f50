package org.homelab.autoscaler.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process has taken so far, as Linux tells it. */
final class Consumption {
  private static final int TICKS_PER_SECOND = 100;
  private final long pid;

  Consumption(long pid) {
    this.pid = pid;
  }

  /** Resident memory in MiB. */
  double residentMebi() throws IOException {
    return mebi("VmRSS:");
  }

  /** What of it is pages of files, such as the cache of classes, which can be dropped and read. */
  double fileMebi() throws IOException {
    return mebi("RssFile:");
  }

  private double mebi(String kind) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith(kind))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow()
        / 1024.0;
  }

  /** CPU seconds since its start. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
  }
}
