package org.homelab.autoscaler.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real kubectl on the PATH, as the owner of a homelab uses it. */
public final class Kubectl {
  /** The first whose Kustomize knows all that our manifests use. */
  private static final int OLDEST = 27;

  private static final Logger LOG = LoggerFactory.getLogger(Kubectl.class);

  private final Map<String, String> environment;

  private Kubectl(Map<String, String> environment) {
    this.environment = environment;
  }

  /** How a command ended. */
  public record Result(int status, String output, String errors) {
    /** What it printed, if it ended well. */
    public String orFail() {
      if (status != 0) {
        throw new AssertionError("kubectl ended with " + status + ": " + errors);
      }
      return output;
    }
  }

  /** For what needs no cluster; the test is skipped, loudly, where there is no usable kubectl. */
  public static Kubectl withoutCluster() {
    return checked(new Kubectl(Map.of("KUBECONFIG", "/dev/null")));
  }

  /** For that cluster; the test is skipped, loudly, where there is no usable kubectl. */
  public static Kubectl of(Path kubeconfig) {
    return checked(new Kubectl(Map.of("KUBECONFIG", kubeconfig.toString())));
  }

  private static Kubectl checked(Kubectl kubectl) {
    Optional<Integer> minor = kubectl.minorVersion();
    if (minor.filter(version -> version >= OLDEST).isEmpty()) {
      String why = "SKIPPED: kubectl 1." + OLDEST + " or newer is not on the PATH";
      LOG.warn("\n##\n##  {}\n##", why);
      throw new TestAbortedException(why);
    }
    return kubectl;
  }

  private Optional<Integer> minorVersion() {
    try {
      String version = run("version", "--client", "-o", "json").output();
      String minor =
          new ObjectMapper().readTree(version).path("clientVersion").path("minor").asText();
      return Optional.of(minor.replaceAll("\\D", ""))
          .filter(text -> !text.isEmpty())
          .map(Integer::valueOf);
    } catch (IOException | UncheckedIOException none) {
      return Optional.empty();
    }
  }

  /** Runs kubectl with these arguments. */
  public Result run(String... arguments) {
    return run(List.of(arguments), "");
  }

  /** Runs kubectl with these arguments and that standard input. */
  public Result run(List<String> arguments, String input) {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(arguments);
    return execute(command, input, environment);
  }

  /** Runs another program that in turn uses kubectl. */
  public Result execute(List<String> command) {
    return execute(command, "", environment);
  }

  private static Result execute(
      List<String> command, String input, Map<String, String> environment) {
    try {
      Path in = Files.createTempFile("kubectl", ".in");
      Path out = Files.createTempFile("kubectl", ".out");
      Path err = Files.createTempFile("kubectl", ".err");
      Files.writeString(in, input);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " takes longer than a minute");
      }
      var result =
          new Result(
              process.exitValue(),
              Files.readString(out, StandardCharsets.UTF_8),
              Files.readString(err, StandardCharsets.UTF_8));
      for (Path file : List.of(in, out, err)) {
        Files.delete(file);
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
