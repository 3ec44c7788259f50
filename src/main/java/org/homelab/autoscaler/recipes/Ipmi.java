package org.homelab.autoscaler.recipes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ExchangeProperty;

/**
 * A server's management controller, spoken to by ipmitool: on a cluster in a Job, at the desk by
 * the ipmitool that is installed there. The password is in the environment variable that its option
 * {@code -E} reads, never among the words of the command (ipmitool(1),
 * linux.die.net/man/1/ipmitool).
 */
public final class Ipmi {
  /** Where ipmitool reads the password. */
  public static final String PASSWORD = "IPMI_PASSWORD";

  private static final Duration START = Duration.ofSeconds(5);
  private static final long QUESTIONS = 3;
  private static final int MOST = 1 << 16;

  private final String program;

  /**
   * Speaks by that program.
   *
   * @param program name or path of ipmitool
   */
  public Ipmi(String program) {
    this.program = program;
  }

  /** Switches it on. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    run(call, on(call));
  }

  /** Switches it off as {@code offType} says. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    run(call, off(call));
  }

  /** Switches it off and on again; a server that is off refuses. */
  public void cycle(@ExchangeProperty(Call.PROPERTY) Call call) {
    run(call, words(call, "cycle"));
  }

  /** The words that follow the program's name to switch on. */
  public static List<String> on(Call call) {
    return words(call, "on");
  }

  /** The words that follow the program's name to switch off. */
  public static List<String> off(Call call) {
    return words(call, call.text("offType"));
  }

  private static List<String> words(Call call, String power) {
    var words = new ArrayList<>(List.of("-I", call.text("interface")));
    words.addAll(List.of("-H", call.text("host"), "-p", call.text("port")));
    words.addAll(List.of("-U", call.text("user"), "-L", call.text("privilege"), "-E"));
    call.given("cipherSuite").ifPresent(suite -> words.addAll(List.of("-C", suite)));
    words.addAll(List.of("-N", call.text("timeLimit"), "-R", call.text("tries")));
    words.addAll(List.of("chassis", "power", power));
    return List.copyOf(words);
  }

  private void run(Call call, List<String> words) {
    if (call.rehearse("ipmitool " + words + ", the password in " + PASSWORD)) {
      return;
    }
    call.stillWanted(device(call));
    var command = new ArrayList<>(List.of(program));
    command.addAll(words);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(PASSWORD, call.secret("password"));
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException missing) {
      throw call.notTaken(device(call), "ipmitool cannot be run here; install it");
    }
    try {
      finish(call, process);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void finish(Call call, Process process) {
    // A session is several questions, each of which may have to be sent again.
    Duration limit =
        call.seconds("timeLimit").multipliedBy(call.number("tries") * QUESTIONS).plus(START);
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw call.unclear(device(call), "no answer within " + limit.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        String said = new String(process.getInputStream().readNBytes(MOST), StandardCharsets.UTF_8);
        throw failure(call, said);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw call.unclear(device(call), "interrupted");
    } catch (IOException unread) {
      throw call.unclear(device(call), "ipmitool failed");
    }
  }

  private static RecipeFailure failure(Call call, String said) {
    // The lines before tell of what it could do without.
    String last = said.lines().reduce("", (before, line) -> line.isBlank() ? before : line);
    return said.contains("Unable to establish")
        ? call.notTaken(
            device(call),
            "there is no session: it refused the credentials, or it cannot be reached; check"
                + " host, IPMI over LAN, user, privilege, cipherSuite and the Secret of secretRef")
        : call.unclear(device(call), "ipmitool says: " + last);
  }

  private static String device(Call call) {
    return call.text("host") + " UDP port " + call.text("port");
  }
}
