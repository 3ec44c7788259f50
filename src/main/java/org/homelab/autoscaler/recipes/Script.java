package org.homelab.autoscaler.recipes;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.ExchangeProperty;

/** A script out of a ConfigMap. It runs in a Job; here it is only told what would run. */
public final class Script {
  /** Folder of the scripts in the pod. */
  public static final String FOLDER = "/recipe";

  /** Folder of the Secret's entries in the pod. */
  public static final String SECRET = "/secret";

  Script() {}

  /** Tells what would run. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    tell(call, on(call));
  }

  /** Tells what would run. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    tell(call, off(call));
  }

  /** The command that switches on, word by word. */
  public static List<String> on(Call call) {
    return words(call, call.text("onScript"));
  }

  /** The command that switches off, word by word. */
  public static List<String> off(Call call) {
    return words(call, call.text("offScript"));
  }

  private static List<String> words(Call call, String script) {
    return Stream.concat(
            Stream.of(call.text("interpreter"), FOLDER + "/" + script),
            call.text("arguments").lines().filter(line -> !line.isEmpty()))
        .toList();
  }

  private static void tell(Call call, List<String> words) {
    if (!call.rehearse("a Job of image " + call.text("image") + " that runs " + words)) {
      throw call.notTaken(
          "ConfigMap " + call.text("configMap"),
          "runs as a Job, so only in a cluster; see --dry-run");
    }
  }
}
