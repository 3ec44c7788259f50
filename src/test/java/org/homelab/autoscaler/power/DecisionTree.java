package org.homelab.autoscaler.power;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The shortest account of a function of all cells, given an order of the dimensions: a dimension is
 * named only where it makes a difference, and values that make none are named together.
 */
final class DecisionTree {
  private sealed interface Branch {
    record Leaf(String text) implements Branch {}

    record Fork(int dimension, List<Integer> children) implements Branch {}
  }

  private final List<Enum<?>[]> dimensions = Cells.dimensions();
  private final List<Branch> branches = new ArrayList<>();
  private final Map<Branch, Integer> known = new HashMap<>();
  private final IntFunction<String> outcome;
  private final StringBuilder text = new StringBuilder();
  private int next;

  private DecisionTree(IntFunction<String> outcome) {
    this.outcome = outcome;
  }

  /** Writes the function down, one line for each fork or outcome. */
  static String of(IntFunction<String> outcome) {
    var tree = new DecisionTree(outcome);
    tree.write(tree.grow(0), 0);
    return tree.text.toString();
  }

  private int grow(int dimension) {
    if (dimension == dimensions.size()) {
      return number(new Branch.Leaf(outcome.apply(next++)));
    }
    List<Integer> children = new ArrayList<>();
    for (int i = 0; i < dimensions.get(dimension).length; i++) {
      children.add(grow(dimension + 1));
    }
    boolean same = children.stream().distinct().count() == 1;
    return same ? children.get(0) : number(new Branch.Fork(dimension, children));
  }

  private int number(Branch branch) {
    return known.computeIfAbsent(
        branch,
        added -> {
          branches.add(added);
          return branches.size() - 1;
        });
  }

  private void write(int branch, int depth) {
    if (!(branches.get(branch) instanceof Branch.Fork fork)) {
      return;
    }
    Map<Integer, List<Enum<?>>> groups = new LinkedHashMap<>();
    for (int i = 0; i < fork.children().size(); i++) {
      groups
          .computeIfAbsent(fork.children().get(i), child -> new ArrayList<>())
          .add(dimensions.get(fork.dimension())[i]);
    }
    groups.forEach((child, values) -> line(depth, fork.dimension(), values, child));
  }

  private void line(int depth, int dimension, List<Enum<?>> values, int child) {
    String name = dimensions.get(dimension)[0].getDeclaringClass().getSimpleName();
    text.append("  ".repeat(depth)).append(words(name)).append(": ");
    text.append(String.join(" | ", values.stream().map(value -> words(value.name())).toList()));
    if (branches.get(child) instanceof Branch.Leaf leaf) {
      text.append("  =>  ").append(leaf.text());
    }
    text.append('\n');
    write(child, depth + 1);
  }

  private static String words(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
