package org.homelab.autoscaler.fleet;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.homelab.autoscaler.api.Api;

/**
 * Gives a machine the id that the Cluster Autoscaler knows it by as long as no Kubernetes node
 * brings one, and that its Kubernetes node gets if it comes without: the declared one, else the one
 * that the group's template makes, else the one remembered, else a plain one.
 */
public final class InstanceIds {
  /** What a template looks like; the CRD checks with the same expression. */
  public static final String TEMPLATE_REGEX =
      "^([^{}[:space:]]|[{](kubernetesNodeName|name|group|namespace)[}])+$";

  /** What to write. */
  public static final String TEMPLATE_HELP =
      "write an id with {kubernetesNodeName} or {name} in it, so that each machine has its own,"
          + " such as k3s://{kubernetesNodeName}; {group} and {namespace} may be added";

  private static final Pattern TEMPLATE =
      Pattern.compile(TEMPLATE_REGEX.replace("[:space:]", "\\s"));
  private static final Pattern PLACEHOLDER = Pattern.compile("[{]([A-Za-z]+)[}]");

  private final Function<ObjectKey, String> plain;

  private InstanceIds(Function<ObjectKey, String> plain) {
    this.plain = plain;
  }

  /** For one namespace: {@code homelab://} and the name of the Node. */
  public static InstanceIds ofOneNamespace() {
    return new InstanceIds(key -> Api.PROVIDER_ID_SCHEME + key.name());
  }

  /** For all namespaces, of which two may have a Node of one name: the namespace comes first. */
  public static InstanceIds ofAllNamespaces() {
    return new InstanceIds(key -> Api.PROVIDER_ID_SCHEME + key.namespace() + "/" + key.name());
  }

  /**
   * Checks a template.
   *
   * @throws IllegalArgumentException if it is none; the message says what to write
   */
  public static String template(String text) {
    boolean own = text.contains("{kubernetesNodeName}") || text.contains("{name}");
    if (!own || !TEMPLATE.matcher(text).matches()) {
      throw new IllegalArgumentException(TEMPLATE_HELP + ", not \"" + text + "\"");
    }
    return text;
  }

  /**
   * The id that a machine has until its Kubernetes node comes with one.
   *
   * @param plain the id that it had while nothing was said about it
   */
  public record Promise(String id, String plain) {}

  /** The id of that machine in that group. */
  Promise of(Declared node, Optional<DeclaredGroup> group) {
    String plainId = plain.apply(node.key());
    return new Promise(declared(node, group).orElse(plainId), plainId);
  }

  private static Optional<String> declared(Declared node, Optional<DeclaredGroup> group) {
    return node.spec()
        .providerId()
        .or(
            () ->
                group.flatMap(
                    of -> of.policy().providerIdTemplate().map(text -> fill(text, node, of))))
        .or(() -> node.status().providerId());
  }

  private static String fill(String template, Declared node, DeclaredGroup group) {
    Map<String, String> values =
        Map.of(
            "kubernetesNodeName", node.spec().kubernetesNodeName(),
            "name", node.key().name(),
            "group", group.key().name(),
            "namespace", node.key().namespace());
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(found -> Matcher.quoteReplacement(values.get(found.group(1))));
  }
}
