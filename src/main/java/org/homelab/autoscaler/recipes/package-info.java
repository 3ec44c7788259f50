/**
 * Power recipes: what there is, what each must be told, and the languages of the devices. Knows the
 * network, but neither Kubernetes nor machines' states; Camel only by the annotations that bind
 * arguments.
 */
package org.homelab.autoscaler.recipes;
