package org.homelab.autoscaler;

/** Placeholder until wiring lands. */
public final class Application {
  private Application() {}

  public static void main(String[] args) {}
}
