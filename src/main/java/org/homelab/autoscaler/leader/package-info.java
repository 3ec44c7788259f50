/** Which of several replicas acts: a Lease, and how far each may be sure that it still holds it. */
package org.homelab.autoscaler.leader;
