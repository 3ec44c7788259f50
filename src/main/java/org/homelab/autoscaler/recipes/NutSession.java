package org.homelab.autoscaler.recipes;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection to upsd, with one deadline for all that is said on it. */
final class NutSession implements AutoCloseable {
  private static final int MOST = 1 << 18;

  /** Backslashes stand before quotes and backslashes that belong to the value. */
  private static final Pattern VARIABLE = Pattern.compile("VAR (\\S+) (\\S+) \"(.*)\"");

  private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
  private static final Set<String> PASSING = Set.of("DATA-STALE", "DRIVER-NOT-CONNECTED");

  private final Socket socket = new Socket();
  private final long end;
  private int read;

  /** It answered with an error. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    private final String word;

    Refused(String word) {
      super(word);
      this.word = word;
    }

    String word() {
      return word;
    }

    /** Whether it may be over a moment later. */
    boolean passing() {
      return PASSING.contains(word);
    }
  }

  NutSession(Call call) throws IOException {
    long limit = call.seconds("timeLimit").toMillis();
    end = System.nanoTime() + limit * 1_000_000;
    var address = new InetSocketAddress(call.text("host"), call.number("port"));
    try {
      if (address.isUnresolved()) {
        throw new UnknownHostException(call.text("host"));
      }
      socket.connect(address, (int) limit);
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /** Everything it tells of a UPS, by the name of the variable. */
  Map<String, String> variables(String ups) throws IOException {
    socket.getOutputStream().write(("LIST VAR " + ups + "\n").getBytes(StandardCharsets.US_ASCII));
    var found = new TreeMap<String, String>();
    if (!line().equals("BEGIN LIST VAR " + ups)) {
      throw new Refused("");
    }
    for (String line = line(); !line.equals("END LIST VAR " + ups); line = line()) {
      Matcher variable = VARIABLE.matcher(line);
      if (!variable.matches() || !variable.group(1).equals(ups)) {
        throw new Refused("");
      }
      found.put(variable.group(2), ESCAPED.matcher(variable.group(3)).replaceAll("$1"));
    }
    return found;
  }

  private String line() throws IOException {
    InputStream in = socket.getInputStream();
    var line = new ByteArrayOutputStream();
    for (int next = next(in); next != '\n'; next = next(in)) {
      line.write(next);
    }
    String text = line.toString(StandardCharsets.UTF_8).strip();
    if (text.startsWith("ERR ")) {
      throw new Refused(text.substring("ERR ".length()).split(" ", 2)[0]);
    }
    return text;
  }

  private int next(InputStream in) throws IOException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new SocketTimeoutException();
    }
    socket.setSoTimeout((int) left);
    int next = in.read();
    if (next < 0 || ++read > MOST) {
      throw new EOFException();
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
