package org.homelab.autoscaler.cloudprovider;

import java.util.Optional;
import org.homelab.autoscaler.api.Api;

/**
 * The provider id of a group's template, so that a node which CA has made up from it can be told.
 * No machine has such an id, because names of Nodes have no slash.
 */
final class TemplateId {
  private static final String SUFFIX = "/template";

  private TemplateId() {}

  static String of(String group) {
    return Api.PROVIDER_ID_SCHEME + group + SUFFIX;
  }

  /** The id of the group whose template has that provider id. */
  static Optional<String> group(String providerId) {
    boolean template =
        providerId.startsWith(Api.PROVIDER_ID_SCHEME)
            && providerId.endsWith(SUFFIX)
            && providerId.length() > Api.PROVIDER_ID_SCHEME.length() + SUFFIX.length();
    return template
        ? Optional.of(
            providerId.substring(
                Api.PROVIDER_ID_SCHEME.length(), providerId.length() - SUFFIX.length()))
        : Optional.empty();
  }
}
