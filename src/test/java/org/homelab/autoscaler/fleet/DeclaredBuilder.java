package org.homelab.autoscaler.fleet;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;

/** A Node resource for tests: one that is off and says nothing, but for what is told here. */
public final class DeclaredBuilder {
  /** When the machines of the tests were described. */
  public static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private final ObjectKey key;
  private final Map<String, String> labels = new HashMap<>();
  private String uid;
  private Instant createdAt = CREATED;
  private String revision = "1";
  private Optional<String> groupLabel = Optional.empty();
  private Optional<Hold> hold = Optional.empty();
  private Optional<String> release = Optional.empty();
  private Optional<String> invalid = Optional.empty();
  private boolean deleting;
  private PowerState desired = PowerState.OFF;
  private String nodeName;
  private Optional<String> providerId = Optional.empty();
  private PowerTimeouts timeouts = PowerTimeouts.NONE;
  private Optional<Price> price = Optional.empty();
  private Set<String> taintsToRemove = Set.of();
  private Optional<Template> template = Optional.empty();
  private MachineStatus status = MachineStatus.NEW;

  private DeclaredBuilder(ObjectKey key) {
    this.key = key;
    this.uid = "uid-" + key;
    this.nodeName = key.name();
  }

  /** A machine of namespace {@code lab}, whose Kubernetes node has the same name. */
  public static DeclaredBuilder declared(String name) {
    return new DeclaredBuilder(new ObjectKey("lab", name));
  }

  public static DeclaredBuilder declared(ObjectKey key) {
    return new DeclaredBuilder(key);
  }

  public DeclaredBuilder group(String name) {
    groupLabel = Optional.of(name);
    return this;
  }

  public DeclaredBuilder label(String name, String value) {
    labels.put(name, value);
    return this;
  }

  public DeclaredBuilder uid(String uid) {
    this.uid = uid;
    return this;
  }

  public DeclaredBuilder createdAt(Instant createdAt) {
    this.createdAt = createdAt;
    return this;
  }

  public DeclaredBuilder revision(String revision) {
    this.revision = revision;
    return this;
  }

  public DeclaredBuilder nodeName(String nodeName) {
    this.nodeName = nodeName;
    return this;
  }

  public DeclaredBuilder providerId(String providerId) {
    this.providerId = Optional.of(providerId);
    return this;
  }

  public DeclaredBuilder desired(PowerState desired) {
    this.desired = desired;
    return this;
  }

  public DeclaredBuilder hold(Optional<Hold> hold) {
    this.hold = hold;
    return this;
  }

  public DeclaredBuilder release(Optional<String> release) {
    this.release = release;
    return this;
  }

  public DeclaredBuilder deleting(boolean deleting) {
    this.deleting = deleting;
    return this;
  }

  public DeclaredBuilder invalid(String message) {
    invalid = Optional.of(message);
    return this;
  }

  public DeclaredBuilder timeouts(PowerTimeouts timeouts) {
    this.timeouts = timeouts;
    return this;
  }

  public DeclaredBuilder price(String hourlyRate, String podRate) {
    price = Optional.of(new Price(new BigDecimal(hourlyRate), new BigDecimal(podRate)));
    return this;
  }

  public DeclaredBuilder taintsToRemove(String... keys) {
    taintsToRemove = Set.of(keys);
    return this;
  }

  public DeclaredBuilder template(Template template) {
    this.template = Optional.of(template);
    return this;
  }

  public DeclaredBuilder status(MachineStatus status) {
    this.status = status;
    return this;
  }

  public Declared build() {
    var spec =
        new MachineSpec(desired, nodeName, providerId, timeouts, price, taintsToRemove, template);
    return new Declared(
        key,
        uid,
        createdAt,
        1,
        revision,
        labels,
        groupLabel,
        hold,
        release,
        deleting,
        invalid,
        spec,
        status);
  }
}
