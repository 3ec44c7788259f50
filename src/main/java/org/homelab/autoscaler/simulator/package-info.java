/**
 * Simulate mode: an embedded Kubernetes API, a rack of machines that exist only here, and a pretend
 * Cluster Autoscaler with a workload. Lies in a jar of its own, which an installation may leave
 * out; the rest of the application knows only {@link org.homelab.autoscaler.Simulation}.
 */
package org.homelab.autoscaler.simulator;
