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
  private Optional<Hold> maintenance = Optional.empty();
  private Optional<Hold> keepOn = Optional.empty();
  private Optional<String> givenUp = Optional.empty();
  private Optional<String> invalid = Optional.empty();
  private long generation = 1;
  private boolean inCharge = true;
  private String powerSpec = "spec";
  private Optional<String> circuit = Optional.empty();
  private boolean deleting;
  private PowerState desired = PowerState.OFF;
  private String nodeName;
  private Optional<String> providerId = Optional.empty();
  private PowerTimeouts timeouts = PowerTimeouts.NONE;
  private Optional<Price> price = Optional.empty();
  private Set<String> taintsToRemove = Set.of();
  private Optional<Template> template = Optional.empty();
  private Optional<OrderMark> order = Optional.empty();
  private MachineStatus status = MachineStatus.NEW;
  private HealthCheck healthCheck = HealthCheck.NONE;
  private PowerWish power = PowerWish.PODS;

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

  /** The same as that one, but for what is told then. */
  public static DeclaredBuilder copy(Declared node) {
    var copy = new DeclaredBuilder(node.key());
    copy.labels.putAll(node.labels());
    copy.uid = node.uid();
    copy.createdAt = node.createdAt();
    copy.generation = node.generation();
    copy.revision = node.revision();
    copy.groupLabel = node.groupLabel();
    copy.hold = node.hold();
    copy.release = node.release();
    copy.maintenance = node.maintenance();
    copy.keepOn = node.keepOn();
    copy.givenUp = node.givenUp();
    copy.deleting = node.deleting();
    copy.inCharge = node.inCharge();
    copy.invalid = node.invalid();
    copy.powerSpec = node.powerSpec();
    copy.desired = node.spec().desired();
    copy.nodeName = node.spec().kubernetesNodeName();
    copy.providerId = node.spec().providerId();
    copy.timeouts = node.spec().timeouts();
    copy.price = node.spec().price();
    copy.taintsToRemove = node.spec().taintsToRemove();
    copy.template = node.spec().template();
    copy.healthCheck = node.spec().healthCheck();
    copy.circuit = node.spec().circuit();
    copy.power = node.spec().power();
    copy.status = node.status();
    copy.order = node.order();
    return copy;
  }

  public DeclaredBuilder maintenance(Optional<Hold> maintenance) {
    this.maintenance = maintenance;
    return this;
  }

  public DeclaredBuilder keepOn(Optional<Hold> keepOn) {
    this.keepOn = keepOn;
    return this;
  }

  public DeclaredBuilder inCharge(boolean inCharge) {
    this.inCharge = inCharge;
    return this;
  }

  public DeclaredBuilder generation(long generation) {
    this.generation = generation;
    return this;
  }

  public DeclaredBuilder powerSpec(String fingerprint) {
    this.powerSpec = fingerprint;
    return this;
  }

  public DeclaredBuilder circuit(String name) {
    circuit = Optional.of(name);
    return this;
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

  public DeclaredBuilder order(OrderMark mark) {
    return order(Optional.of(mark));
  }

  public DeclaredBuilder order(Optional<OrderMark> mark) {
    order = mark;
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

  public DeclaredBuilder healthCheck(HealthCheck healthCheck) {
    this.healthCheck = healthCheck;
    return this;
  }

  public DeclaredBuilder givenUp(int attempt) {
    this.givenUp = Optional.of(String.valueOf(attempt));
    return this;
  }

  public DeclaredBuilder status(MachineStatus status) {
    this.status = status;
    return this;
  }

  public DeclaredBuilder power(PowerWish power) {
    this.power = power;
    return this;
  }

  public Declared build() {
    var spec =
        new MachineSpec(
            desired,
            nodeName,
            providerId,
            timeouts,
            price,
            taintsToRemove,
            template,
            healthCheck,
            circuit,
            power);
    return new Declared(
        key,
        uid,
        createdAt,
        generation,
        revision,
        labels,
        groupLabel,
        hold,
        release,
        maintenance,
        keepOn,
        givenUp,
        deleting,
        inCharge,
        invalid,
        powerSpec,
        spec,
        status,
        order);
  }
}
