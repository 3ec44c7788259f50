package org.homelab.autoscaler.recipes;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.camel.ExchangeProperty;

/** A machine that shuts itself down when it is told so over SSH. */
public final class Ssh {
  private static final Duration LOOK = Duration.ofMillis(20);

  Ssh() {}

  /** Runs the shutdown command. It is taken once the machine has accepted it. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    String device = device(call);
    if (call.rehearse("ssh " + call.text("user") + "@" + device + " -- " + call.text("command"))) {
      return;
    }
    var hostKey = new HostKey(call.text("hostKey"));
    Session session = session(call, hostKey);
    try {
      connect(call, session, hostKey);
      run(call, session);
    } finally {
      session.disconnect();
    }
  }

  /** Looks for an SSH server; its silence says nothing. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    return call.rehearse("a TCP connection to " + device(call))
        ? Reading.unknown("nothing was asked")
        : Alive.greets(
            call.text("host"), call.number("sshPort"), call.seconds("timeLimit"), "SSH-");
  }

  private static Session session(Call call, HostKey hostKey) {
    try {
      var ssh = new JSch();
      if (!call.secret("privateKey").isEmpty()) {
        String passphrase = call.secret("passphrase");
        ssh.addIdentity(
            "recipe",
            (call.secret("privateKey").strip() + "\n").getBytes(StandardCharsets.UTF_8),
            null,
            passphrase.isEmpty() ? null : passphrase.getBytes(StandardCharsets.UTF_8));
      }
      Session session =
          ssh.getSession(call.text("user"), call.text("host"), call.number("sshPort"));
      if (!call.secret("password").isEmpty()) {
        session.setPassword(call.secret("password"));
      }
      session.setHostKeyRepository(hostKey);
      session.setConfig("StrictHostKeyChecking", "yes");
      hostKey.algorithms().ifPresent(names -> session.setConfig("server_host_key", names));
      session.setConfig("PreferredAuthentications", "publickey,password");
      return session;
    } catch (JSchException unusable) {
      throw call.notTaken(
          device(call), "privateKey cannot be read; it must be an OpenSSH or PEM key");
    }
  }

  private static void connect(Call call, Session session, HostKey hostKey) {
    try {
      session.connect((int) call.seconds("timeLimit").toMillis());
    } catch (JSchException failure) {
      String why = String.valueOf(failure.getMessage());
      if (hostKey.refused().isPresent()) {
        throw call.notTaken(
            device(call),
            "its host key is "
                + hostKey.refused().get()
                + ", not the one in hostKey; if the machine was installed anew, write this one");
      }
      throw call.notTaken(
          device(call),
          why.contains("Auth")
              ? "refused the credentials; check user and the Secret of secretRef"
              : why.contains("HostKey") || why.contains("negotiation")
                  ? "has no host key of the type in hostKey; see ssh-keyscan"
                  : "cannot be reached; check host, sshPort and its network");
    }
  }

  private static void run(Call call, Session session) {
    var errors = new ByteArrayOutputStream();
    ChannelExec channel;
    try {
      channel = (ChannelExec) session.openChannel("exec");
      channel.setCommand(call.text("command"));
      channel.setErrStream(errors);
      channel.setInputStream(null);
    } catch (JSchException refused) {
      throw call.notTaken(device(call), "does not let us run commands; check its sshd");
    }
    call.stillWanted(device(call));
    try {
      channel.connect((int) call.seconds("timeLimit").toMillis());
      await(call, channel);
    } catch (JSchException broken) {
      throw call.unclear(device(call), "the connection broke before the command was accepted");
    }
    if (channel.getExitStatus() > 0) {
      String said = errors.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
      throw call.notTaken(
          device(call),
          "the command ended with status %d%s; check command and the rights of %s"
              .formatted(
                  channel.getExitStatus(),
                  said.isEmpty() ? "" : " (" + said + ")",
                  call.text("user")));
    }
  }

  /** Waits for the end of the command, or of the machine, but not for ever. */
  private static void await(Call call, ChannelExec channel) {
    long end = System.nanoTime() + call.seconds("timeLimit").toNanos();
    while (!channel.isClosed() && channel.isConnected() && System.nanoTime() < end) {
      try {
        Thread.sleep(LOOK.toMillis());
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw call.unclear(device(call), "interrupted");
      }
    }
  }

  private static String device(Call call) {
    return call.text("host") + " port " + call.number("sshPort");
  }
}
