package org.homelab.autoscaler.power;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** All cells of the state machine. */
final class Cells {
  /** The dimensions in the order that makes the shortest account of all decisions. */
  private static final List<Enum<?>[]> DIMENSIONS =
      List.of(
          Cell.Standing.values(),
          Cell.Desired.values(),
          Cell.Special.values(),
          Cell.Node.values(),
          Cell.Job.values(),
          Cell.Time.values(),
          Cell.Pods.values(),
          Cell.Policy.values(),
          Cell.Failed.values(),
          Cell.Held.values());

  private Cells() {}

  static List<Enum<?>[]> dimensions() {
    return DIMENSIONS;
  }

  static int count() {
    return DIMENSIONS.stream().mapToInt(values -> values.length).reduce(1, Math::multiplyExact);
  }

  /** The cell of that number; the last dimension changes fastest. */
  static Cell cell(int number) {
    var chosen = new Enum<?>[DIMENSIONS.size()];
    int rest = number;
    for (int i = DIMENSIONS.size() - 1; i >= 0; i--) {
      chosen[i] = DIMENSIONS.get(i)[rest % DIMENSIONS.get(i).length];
      rest /= DIMENSIONS.get(i).length;
    }
    return new Cell(
        (Cell.Standing) chosen[0],
        (Cell.Special) chosen[2],
        (Cell.Desired) chosen[1],
        (Cell.Node) chosen[3],
        (Cell.Held) chosen[9],
        (Cell.Job) chosen[4],
        (Cell.Time) chosen[5],
        (Cell.Failed) chosen[8],
        (Cell.Pods) chosen[6],
        (Cell.Policy) chosen[7]);
  }

  static void each(Predicate<Cell> filter, Consumer<Cell> visitor) {
    IntFunction<Cell> cells = Cells::cell;
    for (int i = 0; i < count(); i++) {
      Cell cell = cells.apply(i);
      if (filter.test(cell)) {
        visitor.accept(cell);
      }
    }
  }
}
