package org.homelab.autoscaler.kubernetes;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.homelab.autoscaler.api.Amounts;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.Power;
import org.homelab.autoscaler.energy.Account;
import org.homelab.autoscaler.energy.Draw;
import org.homelab.autoscaler.energy.Watts;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;

/**
 * Knows what machines draw, and keeps the account of it in the status of their Group. An entry is
 * made a minute after the last one at the earliest, so that a restart loses no more than that.
 */
public final class EnergyBook {
  /** An older measurement is no longer what the machine draws. */
  private static final Duration FRESH = Duration.ofMinutes(2);

  private static final Duration BETWEEN_ENTRIES = Duration.ofSeconds(50);

  private final FleetFeed feed;
  private final PodTally pods;
  private final ZoneId zone;
  private final Clock clock;

  /**
   * A book.
   *
   * @param zone whose calendar the days are told by
   */
  public EnergyBook(FleetFeed feed, PodTally pods, ZoneId zone, Clock clock) {
    this.feed = feed;
    this.pods = pods;
    this.zone = zone;
    this.clock = clock;
  }

  /** What that machine draws now, if a device measures it or its owner or its Group declares it. */
  public Optional<Draw> draw(Machine machine) {
    Optional<Watts> declared = declared(machine);
    Optional<Double> measured = measured(machine);
    return declared.isEmpty() && measured.isEmpty()
        ? Optional.empty()
        : Draw.of(machine, declared, measured, cpuShare(machine));
  }

  /** The watts that are declared for that machine. */
  public Optional<Watts> declared(Machine machine) {
    Optional<Power> own =
        feed.storedMachine(machine.key()).map(Node::getSpec).map(spec -> spec.power());
    Optional<Power> groups =
        machine.group().flatMap(feed::storedGroup).map(Group::getSpec).map(spec -> spec.power());
    return own.map(Power::watts)
        .or(() -> groups.map(Power::watts))
        .filter(watts -> watts.idle() != null)
        .map(
            watts ->
                new Watts(
                    watts.idle(),
                    Optional.ofNullable(watts.busy()).orElse(watts.idle()),
                    Optional.ofNullable(watts.off()).orElse(0.0)));
  }

  private Optional<Double> measured(Machine machine) {
    return feed.reading(machine.key())
        .filter(reading -> reading.at().plus(FRESH).isAfter(clock.instant()))
        .filter(reading -> reading.watts().isPresent())
        .map(reading -> reading.watts().getAsDouble());
  }

  private double cpuShare(Machine machine) {
    PodTally.Load load = pods.on(machine.spec().kubernetesNodeName());
    long room =
        machine
            .node()
            .map(KubernetesNode::allocatable)
            .map(all -> Amounts.milli(all.get("cpu")))
            .orElse(0L);
    return room <= 0 ? 0 : (double) load.cpu() / room;
  }

  /** The account of that group, as it was last written. */
  public Optional<Account> account(ObjectKey group) {
    return feed.storedGroup(group)
        .map(Group::getStatus)
        .flatMap(status -> Optional.ofNullable(status.energy()))
        .flatMap(EnergyBook::read);
  }

  /** What is to be written of the group's energy; null where there is nothing to tell. */
  GroupStatus.Energy entry(GroupSnapshot group, GroupStatus.Energy stored) {
    Map<String, Draw> draws = new TreeMap<>();
    group
        .machines()
        .forEach(machine -> draw(machine).ifPresent(draw -> draws.put(machine.name(), draw)));
    Optional<Account> known = Optional.ofNullable(stored).flatMap(EnergyBook::read);
    if (known.isEmpty()) {
      return draws.isEmpty() ? stored : write(Account.open(draws, clock.instant()));
    }
    Instant now = clock.instant();
    boolean early = now.isBefore(known.get().at().plus(BETWEEN_ENTRIES));
    boolean idle = draws.isEmpty() && known.get().machines().isEmpty();
    return early || idle ? stored : write(known.get().enter(draws, now, zone));
  }

  private static Optional<Account> read(GroupStatus.Energy energy) {
    Optional<Instant> at = Amounts.time(energy.at());
    return at.map(
        last ->
            new Account(
                Amounts.time(energy.since()).orElse(last),
                last,
                number(energy.joules()),
                number(energy.spared()),
                shares(energy.machines()),
                Meta.orEmpty(energy.days()).stream().flatMap(day -> day(day).stream()).toList()));
  }

  private static Map<String, Account.Share> shares(List<GroupStatus.Share> written) {
    Map<String, Account.Share> shares = new TreeMap<>();
    Meta.orEmpty(written)
        .forEach(
            share ->
                shares.put(
                    Meta.text(share.name()),
                    new Account.Share(
                        number(share.joules()), number(share.watts()), number(share.spared()))));
    return shares;
  }

  private static Optional<Account.Day> day(GroupStatus.Day day) {
    try {
      return Optional.of(
          new Account.Day(
              LocalDate.parse(Meta.text(day.date())), number(day.joules()), number(day.spared())));
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }

  private static double number(Double number) {
    return number == null ? 0 : number;
  }

  private static GroupStatus.Energy write(Account account) {
    List<GroupStatus.Share> shares =
        new TreeMap<>(account.machines())
            .entrySet().stream()
                .map(
                    one ->
                        new GroupStatus.Share(
                            one.getKey(),
                            rounded(one.getValue().joules()),
                            rounded(one.getValue().watts()),
                            rounded(one.getValue().sparedWatts())))
                .toList();
    List<GroupStatus.Day> days =
        account.days().stream()
            .map(
                day ->
                    new GroupStatus.Day(
                        day.date().toString(), rounded(day.joules()), rounded(day.spared())))
            .toList();
    return new GroupStatus.Energy(
        Meta.text(account.since()),
        Meta.text(account.at()),
        rounded(account.joules()),
        rounded(account.spared()),
        shares,
        days);
  }

  /** A thousandth of a joule is nobody's business, and long numbers are. */
  private static double rounded(double number) {
    return Math.round(number * 1000) / 1000.0;
  }
}
