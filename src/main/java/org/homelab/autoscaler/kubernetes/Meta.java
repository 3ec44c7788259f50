package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.homelab.autoscaler.api.Amounts;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Taint;

/** Reads and writes the small things that all resources have in common; never gives null. */
final class Meta {
  private Meta() {}

  static ObjectKey key(HasMetadata resource) {
    ObjectMeta meta = resource.getMetadata();
    return new ObjectKey(text(meta.getNamespace()), text(meta.getName()));
  }

  static String uid(HasMetadata resource) {
    return text(resource.getMetadata().getUid());
  }

  static String revision(HasMetadata resource) {
    return text(resource.getMetadata().getResourceVersion());
  }

  static long generation(HasMetadata resource) {
    Long generation = resource.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }

  static Instant createdAt(HasMetadata resource) {
    return Amounts.time(resource.getMetadata().getCreationTimestamp()).orElse(Instant.EPOCH);
  }

  static boolean deleting(HasMetadata resource) {
    return resource.getMetadata().getDeletionTimestamp() != null;
  }

  /** Whether our finalizer is on it. */
  static boolean inCharge(HasMetadata resource) {
    return orEmpty(resource.getMetadata().getFinalizers()).contains(Api.FINALIZER);
  }

  static Map<String, String> labels(HasMetadata resource) {
    return texts(resource.getMetadata().getLabels());
  }

  static Optional<String> label(HasMetadata resource, String name) {
    return present(labels(resource).get(name));
  }

  static Optional<String> annotation(HasMetadata resource, String name) {
    return Optional.ofNullable(orEmpty(resource.getMetadata().getAnnotations()).get(name));
  }

  /** The text, unless it is absent or blank. */
  static Optional<String> present(String text) {
    return Optional.ofNullable(text).filter(given -> !given.isBlank());
  }

  static String text(String text) {
    return Objects.requireNonNullElse(text, "");
  }

  static <T> List<T> orEmpty(List<T> list) {
    return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
  }

  static <K, V> Map<K, V> orEmpty(Map<K, V> map) {
    return map == null ? Map.of() : map;
  }

  static Map<String, String> texts(Map<String, String> map) {
    return mapped(map, Meta::text);
  }

  static Map<String, String> amounts(Map<String, Quantity> quantities) {
    return mapped(quantities, amount -> amount == null ? "0" : amount.toString());
  }

  static Map<String, Quantity> quantities(Map<String, String> amounts) {
    return mapped(amounts, Quantity::new);
  }

  private static <A, B> Map<String, B> mapped(Map<String, A> map, Function<A, B> reader) {
    var read = new HashMap<String, B>();
    orEmpty(map).forEach((key, value) -> read.put(key, reader.apply(value)));
    return read;
  }

  static List<Taint> taints(List<io.fabric8.kubernetes.api.model.Taint> taints) {
    return orEmpty(taints).stream().map(Meta::taint).toList();
  }

  static Taint taint(io.fabric8.kubernetes.api.model.Taint taint) {
    return new Taint(text(taint.getKey()), text(taint.getValue()), text(taint.getEffect()));
  }

  static io.fabric8.kubernetes.api.model.Taint taint(Taint taint) {
    return new TaintBuilder()
        .withKey(taint.key())
        .withValue(taint.value().isEmpty() ? null : taint.value())
        .withEffect(taint.effect())
        .build();
  }

  /** RFC 3339, to the millisecond. */
  static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
