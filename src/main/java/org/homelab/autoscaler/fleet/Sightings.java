package org.homelab.autoscaler.fleet;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What probes have last seen of machines. It comes every few seconds for each of them and is mostly
 * what it was, so it is laid over a machine when somebody asks, rather than made part of its group
 * each time.
 */
final class Sightings {
  private final Map<ObjectKey, Observation> observations = new ConcurrentHashMap<>();
  private final Map<ObjectKey, DeviceReading> readings = new ConcurrentHashMap<>();

  Optional<Observation> observation(ObjectKey key) {
    return Optional.ofNullable(observations.get(key));
  }

  Optional<DeviceReading> reading(ObjectKey key) {
    return Optional.ofNullable(readings.get(key));
  }

  void put(ObjectKey key, Optional<Observation> observation) {
    observation.ifPresentOrElse(
        seen -> observations.put(key, seen), () -> observations.remove(key));
  }

  void put(ObjectKey key, DeviceReading reading) {
    readings.put(key, reading);
  }

  void remove(ObjectKey key) {
    observations.remove(key);
    readings.remove(key);
  }

  /** The machine with what was seen of it since its snapshot was made. */
  Machine over(Machine machine) {
    Observation observation = observations.get(machine.key());
    DeviceReading reading = readings.get(machine.key());
    boolean known = same(observation, machine.observation()) && same(reading, machine.reading());
    return known
        ? machine
        : machine.seen(
            Optional.ofNullable(observation).or(machine::observation),
            Optional.ofNullable(reading).or(machine::reading));
  }

  private static <T> boolean same(T last, Optional<T> known) {
    return last == null || (known.isPresent() && known.get() == last);
  }
}
