package org.homelab.autoscaler.simulator;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request's path points at.
 *
 * @param path without the query
 * @param resource plural and group, such as {@code pods} or {@code jobs.batch}
 * @param name absent for a whole collection
 * @param subresource such as {@code status}
 */
record Address(
    String path,
    String resource,
    Optional<String> namespace,
    Optional<String> name,
    Optional<String> subresource) {
  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api|apis/(?<group>[^/]+))/[^/]+(?:/namespaces/(?<namespace>[^/]+))?"
              + "/(?<plural>[^/]+)(?:/(?<name>[^/]+)(?:/(?<subresource>[^/]+))?)?");

  /** Empty for a path that is no resource, such as {@code /version}. */
  static Optional<Address> of(String path) {
    Matcher parts = PATH.matcher(path);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String group = parts.group("group");
    String plural = parts.group("plural");
    return Optional.of(
        new Address(
            path,
            group == null ? plural : plural + "." + group,
            Optional.ofNullable(parts.group("namespace")),
            Optional.ofNullable(parts.group("name")),
            Optional.ofNullable(parts.group("subresource"))));
  }

  boolean is(String resource, String subresource) {
    return this.resource.equals(resource)
        && this.subresource.filter(subresource::equals).isPresent();
  }

  /** The object itself, where this points at a subresource of it. */
  Address object() {
    String part = subresource.map(sub -> "/" + sub).orElse("");
    return new Address(
        path.substring(0, path.length() - part.length()),
        resource,
        namespace,
        name,
        Optional.empty());
  }

  /** That object of this collection. */
  Address child(String namespace, String name) {
    String collection =
        this.namespace.isPresent() || namespace.isEmpty()
            ? path
            : path.substring(0, path.lastIndexOf('/'))
                + "/namespaces/"
                + namespace
                + path.substring(path.lastIndexOf('/'));
    return new Address(
        collection + "/" + name,
        resource,
        Optional.of(namespace).filter(given -> !given.isEmpty()),
        Optional.of(name),
        Optional.empty());
  }
}
