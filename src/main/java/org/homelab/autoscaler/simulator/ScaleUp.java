package org.homelab.autoscaler.simulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How many more machines of which group the pods that wait need. Pure. */
final class ScaleUp {
  private ScaleUp() {}

  /**
   * A group that may be asked.
   *
   * @param machine what one machine has room for
   * @param more how many more it may have
   */
  record Choice(String group, Room machine, int more) {}

  /**
   * What to ask.
   *
   * @param pods for how many waiting pods
   */
  record Order(String group, int delta, int pods) {}

  /**
   * The one order of this loop: of the group that takes the most pods, with the fewest machines.
   *
   * @param waiting what the waiting pods ask for
   * @param coming room there is, and room of machines that are on their way
   */
  static Optional<Order> plan(List<Room> waiting, List<Room> coming, List<Choice> choices) {
    List<Room> homeless = new ArrayList<>(waiting);
    fill(homeless, coming);
    return choices.stream()
        .flatMap(choice -> order(homeless, choice).stream())
        .max(
            Comparator.comparingInt(Order::pods)
                .thenComparing(Comparator.comparingInt(Order::delta).reversed())
                .thenComparing(Comparator.comparing(Order::group).reversed()));
  }

  private static Optional<Order> order(List<Room> homeless, Choice choice) {
    List<Room> left = new ArrayList<>(homeless);
    int machines = 0;
    while (machines < choice.more() && left.stream().anyMatch(choice.machine()::holds)) {
      fill(left, List.of(choice.machine()));
      machines++;
    }
    return machines == 0
        ? Optional.empty()
        : Optional.of(new Order(choice.group(), machines, homeless.size() - left.size()));
  }

  /** Whether all of it finds a place. */
  static boolean fits(Collection<Room> asked, List<Room> rooms) {
    List<Room> left = new ArrayList<>(asked);
    fill(left, rooms);
    return left.isEmpty();
  }

  private static void fill(List<Room> asked, List<Room> rooms) {
    for (Room room : rooms) {
      Room free = room;
      for (var next = asked.iterator(); next.hasNext(); ) {
        Room one = next.next();
        if (free.holds(one)) {
          free = free.minus(one);
          next.remove();
        }
      }
    }
  }
}
