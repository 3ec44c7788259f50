/** Certificates of mutual TLS: read, checked, and read again when their files change. */
package org.homelab.autoscaler.tls;
