package org.homelab.autoscaler.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Which processors of the shipped routes and Kamelets the tests have run, according to the reports
 * that Camel leaves behind each test. A report older than the file that it is about says nothing of
 * it any more.
 */
final class RouteCoverage {
  private static final String ROUTES = ".camel.yaml";
  private static final String KAMELET = ".kamelet.yaml";
  private static final YAMLMapper YAML = new YAMLMapper();

  private final Path routes;
  private final Map<String, BitSet> covered = new HashMap<>();

  /** A shipped route or Kamelet. */
  record Line(String file, String route, int covered, int total) {
    int percent() {
      return total == 0 ? 100 : 100 * covered / total;
    }
  }

  private record Shipped(Path file, String route, int processors) {}

  private RouteCoverage(Path routes) {
    this.routes = routes;
  }

  /**
   * What the reports say of the routes, by file and in the order of the file.
   *
   * @param routes folder of route files, with their Kamelets in {@code kamelets}
   * @param reports folder of Camel's reports
   */
  static List<Line> of(Path routes, Path reports) throws IOException {
    return new RouteCoverage(routes).evaluate(files(reports, ".xml"));
  }

  private List<Line> evaluate(List<Path> reports) throws IOException {
    List<Shipped> all = shipped();
    for (Path report : reports) {
      NodeList dumped = parse(report).getElementsByTagName("route");
      for (int i = 0; i < dumped.getLength(); i++) {
        note((Element) dumped.item(i), report, all);
      }
    }
    return all.stream()
        .map(
            it ->
                new Line(
                    it.file().getFileName().toString(),
                    it.route(),
                    bits(it).cardinality(),
                    it.processors()))
        .toList();
  }

  private BitSet bits(Shipped route) {
    return covered.computeIfAbsent(
        route.file().getFileName() + " " + route.route(), unseen -> new BitSet());
  }

  private void note(Element dump, Path report, List<Shipped> all) throws IOException {
    Element from = (Element) dump.getElementsByTagName("from").item(0);
    String file = from.getAttribute("sourceLocation").replaceFirst(".*/", "");
    String id =
        file.endsWith(KAMELET)
            ? file.substring(0, file.length() - KAMELET.length())
            : dump.getAttribute("id");
    List<Element> processors = processors(dump);
    for (Shipped route : all) {
      if (route.route().equals(id)
          && route.file().endsWith(file)
          && route.processors() == processors.size()
          && younger(report, route.file())) {
        IntStream.range(0, processors.size())
            .filter(i -> !processors.get(i).getAttribute("exchangesTotal").equals("0"))
            .forEach(bits(route)::set);
      }
    }
  }

  private static boolean younger(Path report, Path file) throws IOException {
    return Files.getLastModifiedTime(report).compareTo(Files.getLastModifiedTime(file)) >= 0;
  }

  /** What has a count and stands in the file; the sink that Camel adds to a Kamelet does not. */
  private static List<Element> processors(Element route) {
    NodeList inside = route.getElementsByTagName("*");
    return IntStream.range(0, inside.getLength())
        .mapToObj(i -> (Element) inside.item(i))
        .filter(element -> !element.getTagName().equals("from"))
        .filter(element -> element.hasAttribute("exchangesTotal"))
        .filter(element -> element.hasAttribute("sourceLineNumber"))
        .filter(element -> !element.getAttribute("uri").startsWith("kamelet://sink"))
        .toList();
  }

  private List<Shipped> shipped() throws IOException {
    var all = new ArrayList<Shipped>();
    for (Path file : files(routes, ROUTES)) {
      for (JsonNode element : YAML.readTree(file.toFile())) {
        JsonNode route = element.path("route");
        if (!route.isMissingNode()) {
          all.add(new Shipped(file, route.path("id").asText(), steps(route)));
        }
      }
    }
    for (Path file : files(routes.resolve("kamelets"), KAMELET)) {
      JsonNode kamelet = YAML.readTree(file.toFile());
      String name = kamelet.path("metadata").path("name").asText();
      all.add(new Shipped(file, name, steps(kamelet.path("spec").path("template"))));
    }
    return all;
  }

  /** How many steps there are at all depths, but for doCatch and doFinally: Camel reports none. */
  private static int steps(JsonNode node) {
    int count = 0;
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getKey().equals("doCatch") && !field.getKey().equals("doFinally")) {
        count += steps(field.getValue());
        count += field.getKey().equals("steps") ? field.getValue().size() : 0;
      }
    }
    for (JsonNode element : node.isArray() ? node : YAML.createArrayNode()) {
      count += steps(element);
    }
    return count;
  }

  private static Element parse(Path report) throws IOException {
    try {
      DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      // The default one prints to the console.
      builder.setErrorHandler(null);
      return builder.parse(report.toFile()).getDocumentElement();
    } catch (SAXException | ParserConfigurationException unreadable) {
      throw new IOException(report + " is no report: " + unreadable.getMessage(), unreadable);
    }
  }

  private static List<Path> files(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
