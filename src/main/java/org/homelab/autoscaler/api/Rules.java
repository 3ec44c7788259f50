package org.homelab.autoscaler.api;

import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.InstanceIds;
import org.homelab.autoscaler.fleet.Labels;
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

  static final String CIRCUIT_HELP =
      "write up to 63 lower-case letters, digits and -, such as garage";

  static final String NO_SPACES = "self.matches('^[^[:space:]]+$')";

  static final String CRON =
      "self.matches('^[[:space:]]*[^[:space:]]+([[:space:]]+[^[:space:]]+){4,6}[[:space:]]*$')";
  static final String CRON_HELP =
      "write cron with 5, 6 or 7 fields, such as 0/10 * * * * ? for every ten seconds";

  static final String ONE_PROBE =
      "[has(self.tcp), has(self.http), has(self.ping), has(self.route)].filter(x, x).size() == 1";
  static final String ONE_PROBE_HELP = "write exactly one of tcp, http, ping and route";

  static final String HOST_HELP =
      "write a name or an address without spaces, such as 10.0.0.7, or leave the field out";

  static final String URL = "self.matches('^https?://[^[:space:]]+$')";
  static final String URL_HELP = "write a URL such as http://10.0.0.7:9100/ or https://{node}/";

  static final String ROUTE = "self.matches('^[A-Za-z0-9]([-A-Za-z0-9._]*[A-Za-z0-9])?$')";
  static final String ROUTE_HELP =
      "write what stands behind direct: in your route, such as my-plug";
  static final String RECIPE = "self.matches('^[a-z0-9]+(-[a-z0-9]+)*$')";
  static final String RECIPE_HELP = "write the name of a recipe, such as wake-on-lan or wol-ssh";

  static final String PARAMETER_NAMES = "self.all(name, name.matches('^[a-z][A-Za-z0-9]*$'))";
  static final String PARAMETER_NAMES_HELP = "write names of parameters, such as mac or host";

  static final String LABELS = "self.all(key, key.matches('" + Labels.KEY_REGEX + "'))";
  static final String LABEL_VALUES =
      "self.all(key, self[key].matches('" + Labels.VALUE_REGEX + "'))";
  static final String UNRESERVED =
      "self.all(key, !key.startsWith('homelab-autoscaler.dev/') && key != '"
          + Api.SCALE_DOWN_DISABLED_ANNOTATION
          + "')";

  static final String MAC =
      "!('mac' in self) || self['mac'].matches('^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$')";
  static final String MAC_HELP = "write six pairs of hexadecimal digits: 52:54:00:5e:1a:01";

  static final String ID_TEMPLATE =
      "self.matches('"
          + InstanceIds.TEMPLATE_REGEX
          + "') && (self.contains('{kubernetesNodeName}') || self.contains('{name}'))";

  private Rules() {}
}
