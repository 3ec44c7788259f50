package org.homelab.autoscaler.testing.devices;

import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.TreeMap;

/** A machine on the network as one of the recipes sees it that need nothing else to switch it. */
public final class LanDevice implements Device {
  private final String recipe;
  private final MachineOnLan machine = new MachineOnLan();

  /** For that recipe: wake-on-lan, ssh or both in one. */
  public LanDevice(String recipe) {
    this.recipe = recipe;
  }

  /** The machine itself. */
  public MachineOnLan machine() {
    return machine;
  }

  @Override
  public String recipe() {
    return recipe;
  }

  @Override
  public Map<String, String> parameters() {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("mac", MachineOnLan.MAC);
    parameters.put("broadcast", "127.0.0.1");
    parameters.put("port", "" + machine.cardPort());
    parameters.put("interval", "0.05");
    // What comes late would wake it again.
    parameters.put("packets", "1");
    parameters.put("repeatFor", "0");
    parameters.put("host", "127.0.0.1");
    parameters.put("probePort", "" + machine.ssh().port());
    parameters.put("sshPort", "" + machine.ssh().port());
    parameters.put("hostKey", SshSide.hostKey());
    return parameters;
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("privateKey", SshSide.privateKey(), "secureOn", MachineOnLan.SECURE_ON);
  }

  @Override
  public Map<String, String> wrongSecrets() {
    return Map.of("privateKey", SshSide.strangersKey());
  }

  /** Whoever does not get in has run nothing. */
  @Override
  public boolean asksFirst() {
    return true;
  }

  /** A magic packet is confirmed by nobody. */
  @Override
  public boolean answers(String part) {
    return !part.equals("on");
  }

  @Override
  public boolean standsBesideTheMachine() {
    return false;
  }

  /** Whoever only wakes it listens to nothing that it says. */
  @Override
  public boolean can(Fault fault) {
    return switch (fault) {
      case SLOW, THIRD_TIME -> false;
      case LIES -> !recipe.equals("wake-on-lan");
      case NONE, STALLS, REFUSES_CREDENTIALS, DROPS -> true;
    };
  }

  @Override
  public void obey(boolean on) {
    await().until(() -> machine.ssh().on() == on);
  }

  @Override
  public void fault(Fault fault) {
    machine.ssh().fault(fault);
  }

  @Override
  public boolean on() {
    return machine.ssh().on();
  }

  @Override
  public void turn(boolean on) {
    machine.ssh().turn(on);
  }

  @Override
  public String address() {
    return "127.0.0.1 port " + machine.ssh().port();
  }

  @Override
  public void close() {
    machine.close();
  }
}
