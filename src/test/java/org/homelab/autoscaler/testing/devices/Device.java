package org.homelab.autoscaler.testing.devices;

import java.util.Map;
import java.util.TreeMap;

/** A device that a recipe is tried on: real protocol, real socket, and a switch for its faults. */
public interface Device extends AutoCloseable {
  /** Name of the recipe that speaks its language. */
  String recipe();

  /** What the recipe is told to find it. */
  Map<String, String> parameters();

  /** What stands in the Secret. */
  Map<String, String> secrets();

  /** Seconds within which it surely answers, when it answers at all. */
  default String promptly() {
    return "1";
  }

  /** Whether it is asked before it is told, so that it is told nothing when it is silent. */
  default boolean asksFirst() {
    return false;
  }

  /** Whether anything comes back when that part of its recipe is used. */
  default boolean answers(String part) {
    return true;
  }

  /** Whether it is there while the machine is off. */
  default boolean standsBesideTheMachine() {
    return true;
  }

  /** Whether that may go wrong with it. */
  default boolean can(Fault fault) {
    return true;
  }

  /** A Secret that is not its own. */
  default Map<String, String> wrongSecrets() {
    Map<String, String> wrong = new TreeMap<>(secrets());
    wrong.replaceAll((name, value) -> "canary-wrong");
    return wrong;
  }

  /** Waits until the machine has come up or gone down, if that takes a while. */
  default void obey(boolean on) {}

  /** What goes wrong from now on. */
  void fault(Fault fault);

  /** Whether the machine behind it has power. */
  boolean on();

  /** Switches the machine by hand. */
  void turn(boolean on);

  /** How it appears in messages, so that a person finds it. */
  String address();

  @Override
  void close();
}
