/**
 * The page: what a person sees of the homelab, live, and the few things they can do there. Reads
 * the fleet and decides nothing.
 */
package org.homelab.autoscaler.page;
