package org.homelab.autoscaler.camel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A YAML file of routes, as text: what is not left out reaches Camel letter by letter and on its
 * own line.
 */
record RouteFile(Path path, String text, List<Element> elements) {
  private static final Set<String> KINDS = Set.of("route", "routeConfiguration", "routeTemplate");

  /**
   * One element of the list that the file is.
   *
   * @param name kind and id; empty if it has none
   * @param line where it begins, from 1
   */
  record Element(Optional<String> name, int line) {}

  /**
   * Reads a file.
   *
   * @throws RouteFiles.Broken if it is no list in YAML
   */
  static RouteFile read(Path path) {
    try {
      String text = Files.readString(path);
      return new RouteFile(path, text, elements(path, text));
    } catch (MarkedYamlEngineException broken) {
      throw new RouteFiles.Broken(path, line(broken.getProblemMark()), broken.getProblem(), broken);
    } catch (YamlEngineException | IOException broken) {
      throw new RouteFiles.Broken(path, broken);
    }
  }

  /** The names in it, in the order they stand. */
  Stream<String> names() {
    return elements.stream().flatMap(element -> element.name().stream());
  }

  /** This file with blank lines in the place of the elements of these names. */
  RouteFile without(Set<String> names) {
    List<Element> kept = new ArrayList<>();
    List<String> lines = new ArrayList<>(text.lines().toList());
    for (int i = 0; i < elements.size(); i++) {
      Element element = elements.get(i);
      if (element.name().filter(names::contains).isEmpty()) {
        kept.add(element);
      } else {
        int next = i + 1 < elements.size() ? elements.get(i + 1).line() : lines.size() + 1;
        IntStream.range(element.line(), next).forEach(line -> lines.set(line - 1, ""));
      }
    }
    return new RouteFile(path, String.join("\n", lines), kept);
  }

  private static List<Element> elements(Path path, String text) {
    Optional<Node> root = new Compose(LoadSettings.builder().build()).composeString(text);
    if (root.isEmpty()) {
      return List.of();
    }
    if (root.get() instanceof SequenceNode list) {
      return list.getValue().stream().map(RouteFile::element).toList();
    }
    throw new RouteFiles.Broken(
        path, line(root.get().getStartMark()), "must be a list, such as - route: ...");
  }

  private static Element element(Node node) {
    Optional<String> name =
        KINDS.stream()
            .flatMap(
                kind ->
                    child(node, kind)
                        .flatMap(body -> child(body, "id"))
                        .map(
                            id -> id instanceof ScalarNode text ? kind + " " + text.getValue() : "")
                        .stream())
            .filter(found -> !found.isEmpty())
            .findFirst();
    return new Element(name, line(node.getStartMark()));
  }

  private static Optional<Node> child(Node node, String key) {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(pair -> pair.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key))
            .map(pair -> pair.getValueNode())
            .findFirst()
        : Optional.empty();
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(found -> found.getLine() + 1).orElse(1);
  }
}
