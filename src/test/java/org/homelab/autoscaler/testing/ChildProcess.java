package org.homelab.autoscaler.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that a test runs. What it prints goes to a file, and it does not outlive this JVM, even
 * one that is killed: a small shell beside it reads from a pipe of ours and kills it once that pipe
 * closes.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration TIME_TO_STOP = Duration.ofSeconds(20);

  /** A busy computer takes its time to take down a program that has much memory. */
  private static final Duration TIME_TO_DIE = Duration.ofSeconds(60);

  private static final String GUARD = "trap '' HUP INT TERM; read -r never; kill -9 \"$0\"";

  private final String name;
  private final Path log;
  private final Process process;
  private final CompletableFuture<Void> over;

  private ChildProcess(String name, Path log, Process process, Process guard) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.over = process.onExit().thenRun(guard::destroyForcibly);
  }

  /**
   * Starts a program with additional environment; its output is appended to the log. The project's
   * own variables in this JVM's environment are not handed on.
   */
  public static ChildProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path workingDirectory,
      Path log) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(workingDirectory.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(key -> key.startsWith("HOMELAB_"));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      Process guard =
          new ProcessBuilder("sh", "-c", GUARD, Long.toString(process.pid()))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new ChildProcess(name, log, process, guard);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the program runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Everything the program has printed, this start and earlier ones with the same log. */
  public String output() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end of the program and gives its exit status. */
  public int awaitExit(Duration limit) {
    if (!ended(limit)) {
      throw new AssertionError(name + " still runs after " + limit + "; it printed\n" + tail());
    }
    return process.exitValue();
  }

  /** Sends it a signal by name, such as {@code STOP} or {@code CONT}. */
  public void signal(String signal) {
    try {
      int status =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -" + signal + " of " + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGKILL: the program gets no chance to say anything. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(TIME_TO_DIE);
    over.join();
  }

  /** SIGTERM, and SIGKILL when that does not help in time. */
  public void stop() {
    process.destroy();
    if (!ended(TIME_TO_STOP)) {
      kill();
    }
    over.join();
  }

  @Override
  public void close() {
    stop();
  }

  /** The last lines printed, for messages. */
  public String tail() {
    List<String> lines = output().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  private boolean ended(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }
}
