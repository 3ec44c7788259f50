/** Watts, joules and what they cost. Pure: no Camel, no Kubernetes client, a time passed in. */
package org.homelab.autoscaler.energy;
