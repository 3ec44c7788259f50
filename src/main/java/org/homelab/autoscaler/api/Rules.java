package org.homelab.autoscaler.api;

import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.Thresholds;

/** What the API server checks, as CEL, and the sentence a user reads when it does not hold. */
final class Rules {
  static final String DURATION =
      "self.matches('" + Durations.REGEX + "') && duration(self) > duration('0s')";
  static final String DURATION_HELP = Durations.HELP;

  static final String THRESHOLD = "self.matches('" + Thresholds.REGEX + "')";
  static final String THRESHOLD_HELP = Thresholds.HELP;

  static final String PRICE = "self.matches('^([0-9]+([.][0-9]*)?|[.][0-9]+)$')";
  static final String PRICE_HELP =
      "write a price of at least 0 as a decimal number in quotes: " + "\"0.25\"";
  static final int PRICE_LENGTH = 32;

  /** Longest name of a Kubernetes object, such as a node or a Secret. */
  static final int NAME_LENGTH = 253;

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN = LABEL + "([.]" + LABEL + ")*";

  static final String NAME = "self.matches('^" + SUBDOMAIN + "$')";

  /** A name, or an empty text, which the Go implementation takes for an absent one. */
  static final String NAME_OR_EMPTY = "self.matches('^(" + SUBDOMAIN + ")?$')";

  static final String NAME_HELP =
      "write a name of lower-case letters, digits, - and ., as kubectl " + "shows it";

  static final String VOLUME_NAME = "self.matches('^" + LABEL + "$')";
  static final String VOLUME_NAME_HELP =
      "write up to 63 lower-case letters, digits and -, such as ssh-key";

  static final String NO_SPACES = "self.matches('^[^[:space:]]+$')";

  private Rules() {}
}
