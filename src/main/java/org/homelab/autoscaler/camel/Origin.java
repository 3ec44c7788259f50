package org.homelab.autoscaler.camel;

import java.util.Optional;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;

/** Tells the routes that came together from those that somebody else has written. */
final class Origin {
  private Origin() {}

  /** Whether both lie in one folder; a user's routes lie in another than those we ship. */
  static boolean same(Route one, Route other) {
    return folder(one).equals(folder(other));
  }

  private static Optional<String> folder(Route route) {
    return Optional.ofNullable(route.getSourceResource())
        .map(Resource::getLocation)
        .map(location -> location.substring(0, location.lastIndexOf('/') + 1));
  }
}
