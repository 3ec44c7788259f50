package org.homelab.autoscaler.testing.devices;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads the query of a URL. */
final class Queries {
  private Queries() {}

  static Map<String, String> parse(String raw) {
    var read = new HashMap<String, String>();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        read.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return read;
  }
}
