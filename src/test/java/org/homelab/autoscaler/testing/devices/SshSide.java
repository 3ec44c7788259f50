package org.homelab.autoscaler.testing.devices;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.command.AbstractCommandSupport;

/** The SSH server of a machine: there while the machine is on, with one user and one key. */
public final class SshSide {
  private static final KeyPair HOST = keys();
  private static final KeyPair USER = keys();
  private static final KeyPair STRANGER = keys();

  private final int port;
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private final AtomicBoolean on = new AtomicBoolean();
  private volatile Fault fault = Fault.NONE;
  private SshServer server;
  private ServerSocket stalling;

  SshSide() {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /** The private key to log in with. */
  public static String privateKey() {
    return text(USER);
  }

  /** A private key that it does not know. */
  public static String strangersKey() {
    return text(STRANGER);
  }

  private static String text(KeyPair pair) {
    var key = new ByteArrayOutputStream();
    try {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "canary", null, key);
    } catch (IOException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
    return key.toString(StandardCharsets.UTF_8);
  }

  /** Its host key as ssh-keyscan prints it. */
  public static String hostKey() {
    return "rack-1.lan " + PublicKeyEntry.toString(HOST.getPublic());
  }

  /** Its host key as a fingerprint. */
  public static String fingerprint() {
    return KeyUtils.getFingerPrint(HOST.getPublic());
  }

  /** TCP port. */
  public int port() {
    return port;
  }

  /** What it was told to run. */
  public List<String> commands() {
    return commands;
  }

  /** Whether the machine is on. */
  public boolean on() {
    return on.get();
  }

  /** What goes wrong from now on. */
  public synchronized void fault(Fault next) {
    fault = next;
    boolean was = on.get();
    turn(false);
    turn(was);
  }

  /** Switches the machine. */
  public synchronized void turn(boolean to) {
    if (on.getAndSet(to) == to) {
      return;
    }
    try {
      if (!to) {
        stop();
      } else if (fault == Fault.STALLS || fault == Fault.LIES) {
        stalling = new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
        if (fault == Fault.LIES) {
          talk(stalling);
        }
      } else {
        start();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void talk(ServerSocket web) {
    var thread =
        new Thread(
            () -> {
              while (!web.isClosed()) {
                try (var caller = web.accept()) {
                  caller
                      .getOutputStream()
                      .write("HTTP/1.1 400 Bad\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException closed) {
                  return;
                }
              }
            },
            "not ssh");
    thread.setDaemon(true);
    thread.start();
  }

  private void stop() throws IOException {
    if (server != null) {
      server.stop(true);
      server = null;
    }
    if (stalling != null) {
      stalling.close();
      stalling = null;
    }
  }

  private void start() throws IOException {
    server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(port);
    server.setKeyPairProvider(KeyPairProvider.wrap(HOST));
    server.setPublickeyAuthenticator(
        (user, key, session) ->
            fault != Fault.REFUSES_CREDENTIALS && KeyUtils.compareKeys(key, USER.getPublic()));
    server.setPasswordAuthenticator((user, password, session) -> false);
    server.setCommandFactory((channel, command) -> new PowerOff(command));
    if (fault == Fault.DROPS) {
      server.addSessionListener(
          new SessionListener() {
            @Override
            public void sessionEvent(Session session, Event event) {
              if (event == Event.KeyEstablished) {
                session.close(true);
              }
            }
          });
    }
    server.start();
  }

  void close() {
    turn(false);
  }

  private final class PowerOff extends AbstractCommandSupport {
    PowerOff(String command) {
      super(command, null);
    }

    @Override
    public void run() {
      commands.add(getCommand());
      if (getCommand().startsWith("false")) {
        try {
          getErrorStream().write("must be root\n".getBytes(StandardCharsets.UTF_8));
          getErrorStream().flush();
        } catch (IOException gone) {
          throw new UncheckedIOException(gone);
        }
        onExit(1);
        return;
      }
      onExit(0);
      new Thread(() -> turn(false), "shutdown").start();
    }
  }
}
