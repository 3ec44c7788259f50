package org.homelab.autoscaler;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;

/** Finds a port that is taken before anything is started, when it can still be named. */
final class FreePorts {
  private FreePorts() {}

  /**
   * Tries every port that will be listened on.
   *
   * @throws Settings.Invalid if another process has one
   */
  static void check(Settings settings) {
    Map<Setting, String> listening =
        Map.of(
            Setting.GRPC_PORT, settings.grpcHost(),
            Setting.HTTP_PORT, settings.httpHost(),
            Setting.MANAGEMENT_PORT, "0.0.0.0");
    listening.forEach((setting, host) -> check(settings, setting, host));
  }

  private static void check(Settings settings, Setting setting, String host) {
    if (setting == Setting.GRPC_PORT && settings.text(Setting.GRPC_ENABLED).equals("false")) {
      return;
    }
    var address = new InetSocketAddress(host, settings.number(setting));
    if (address.isUnresolved()) {
      throw new Settings.Invalid("host " + host + " to listen on is not known: give an address");
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException taken) {
      throw new Settings.Invalid(
          "port "
              + settings.number(setting)
              + " on "
              + host
              + " is in use ("
              + taken.getMessage()
              + "): stop the other process, or choose another port with "
              + setting.option()
              + " or "
              + setting.environment());
    }
  }
}
