/** What flows of users are told and may answer. Knows neither Camel nor Kubernetes. */
package org.homelab.autoscaler.flows;
