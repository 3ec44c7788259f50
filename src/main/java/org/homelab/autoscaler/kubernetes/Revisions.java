package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Knows which sight of an object is the latest, so that a watch that lags behind our own writes
 * does not turn the clock back. Remembers as many objects as a large homelab has.
 */
final class Revisions {
  private static final int REMEMBERED = 8192;
  private static final long GONE = Long.MAX_VALUE;

  private final Map<String, Long> latest =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** Whether this sight is not older than one seen before; the same one again is current. */
  boolean current(HasMetadata resource) {
    if (Meta.uid(resource).isEmpty()) {
      return true;
    }
    long revision = revision(resource);
    Long seen = latest.get(Meta.uid(resource));
    if (seen != null && (seen == GONE || seen > revision)) {
      return false;
    }
    latest.put(Meta.uid(resource), revision);
    return true;
  }

  /** The object is gone; a later sight of it is an old one. */
  void gone(HasMetadata resource) {
    if (!Meta.uid(resource).isEmpty()) {
      latest.put(Meta.uid(resource), GONE);
    }
  }

  private static long revision(HasMetadata resource) {
    try {
      return Long.parseLong(Meta.revision(resource));
    } catch (NumberFormatException notComparable) {
      return GONE - 1;
    }
  }
}
