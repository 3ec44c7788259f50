package org.homelab.autoscaler.fleet;

import java.util.Locale;

/**
 * What a group's owner lets happen to the pods of a machine and to its Kubernetes node when power
 * is to go.
 *
 * @param overdue what happens when a drain is not over in time
 * @param localStorage pods whose emptyDir volumes would be lost
 * @param unmanagedPods pods that no controller would bring back
 * @param daemonSetPods pods of DaemonSets, which never hold a drain up
 * @param nodeWhenOff the Kubernetes node of a machine that is off
 */
public record DrainPolicy(
    Overdue overdue,
    LocalStorage localStorage,
    UnmanagedPods unmanagedPods,
    DaemonSetPods daemonSetPods,
    NodeWhenOff nodeWhenOff) {
  /** What happens when a drain is not over in time. */
  public enum Overdue {
    /** The power-off fails, and the machine is uncordoned. */
    FAIL,
    /** The machine is powered off under the pods that are left: its owner chose so. */
    FORCE
  }

  /** Pods whose emptyDir volumes would be lost. */
  public enum LocalStorage {
    /** They are not evicted, and power stays while they run. */
    BLOCK,
    /** They are evicted, and what they stored is lost. */
    DELETE
  }

  /** Pods that no controller would bring back. */
  public enum UnmanagedPods {
    /** They are not evicted, and power stays while they run. */
    BLOCK,
    /** They are evicted and are gone for good. */
    EVICT
  }

  /** Pods of DaemonSets. */
  public enum DaemonSetPods {
    /** They are left to die with the Kubernetes node. */
    KEEP,
    /** They are asked to go once all others have gone; nobody waits for them. */
    EVICT
  }

  /** The Kubernetes node of a machine that is off. */
  public enum NodeWhenOff {
    /** It is deleted. */
    DELETE,
    /** It stays, with condition Suspended. */
    KEEP
  }

  /** Nothing is evicted that would be missed, and power stays while a pod is left. */
  public static final DrainPolicy FAIL =
      new DrainPolicy(
          Overdue.FAIL,
          LocalStorage.BLOCK,
          UnmanagedPods.BLOCK,
          DaemonSetPods.KEEP,
          NodeWhenOff.DELETE);

  /** The same until the drain's time is over. */
  public static final DrainPolicy FORCE = FAIL.with(Overdue.FORCE);

  /** {@link #FAIL} or {@link #FORCE} by name. */
  public static DrainPolicy valueOf(String name) {
    return FAIL.with(Overdue.valueOf(name.toUpperCase(Locale.ROOT)));
  }

  /** Whether power goes under pods when the drain's time is over. */
  public boolean forced() {
    return overdue == Overdue.FORCE;
  }

  /** The same but for what happens when a drain is not over in time. */
  public DrainPolicy with(Overdue overdue) {
    return new DrainPolicy(overdue, localStorage, unmanagedPods, daemonSetPods, nodeWhenOff);
  }

  /** The same but for pods whose emptyDir volumes would be lost. */
  public DrainPolicy with(LocalStorage localStorage) {
    return new DrainPolicy(overdue, localStorage, unmanagedPods, daemonSetPods, nodeWhenOff);
  }

  /** The same but for pods that no controller would bring back. */
  public DrainPolicy with(UnmanagedPods unmanagedPods) {
    return new DrainPolicy(overdue, localStorage, unmanagedPods, daemonSetPods, nodeWhenOff);
  }

  /** The same but for pods of DaemonSets. */
  public DrainPolicy with(DaemonSetPods daemonSetPods) {
    return new DrainPolicy(overdue, localStorage, unmanagedPods, daemonSetPods, nodeWhenOff);
  }

  /** The same but for the Kubernetes node of a machine that is off. */
  public DrainPolicy with(NodeWhenOff nodeWhenOff) {
    return new DrainPolicy(overdue, localStorage, unmanagedPods, daemonSetPods, nodeWhenOff);
  }
}
