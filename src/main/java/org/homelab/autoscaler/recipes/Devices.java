package org.homelab.autoscaler.recipes;

import java.util.Set;
import java.util.function.BiConsumer;

/** The languages of devices, under the names that Kamelets call them by. */
public final class Devices {
  /** Recipes of Jobs that can be tried, or at least rehearsed, without a cluster. */
  public static final Set<String> JOBS_HERE = Set.of("ipmi", "script");

  private Devices() {}

  /** Gives each of them with its name. */
  public static void bind(BiConsumer<String, Object> registry) {
    var http = new Http();
    registry.accept("wakeOnLan", new WakeOnLan());
    registry.accept("ssh", new Ssh());
    registry.accept("redfish", new Redfish(http));
    registry.accept("tasmota", new Tasmota(http));
    registry.accept("shelly", new Shelly(http));
    registry.accept("httpDevice", new HttpDevice(http));
    registry.accept("homeAssistant", new HomeAssistant(http));
    registry.accept("proxmox", new Proxmox(http));
    registry.accept("mqtt", new Mqtt());
    registry.accept("ipmi", new Ipmi("ipmitool"));
    registry.accept("script", new Script());
    registry.accept("pduSnmp", new PduSnmp());
    registry.accept("nut", new Nut());
  }
}
