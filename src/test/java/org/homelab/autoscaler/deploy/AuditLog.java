package org.homelab.autoscaler.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the API server wrote down about the requests of service accounts. */
final class AuditLog {
  /** One request that was answered. */
  record Request(
      String user,
      String verb,
      String apiGroup,
      String resource,
      String namespace,
      String name,
      int code) {
    boolean denied() {
      return code == 403 || code == 401;
    }
  }

  private final Path file;

  AuditLog(Path file) {
    this.file = file;
  }

  List<Request> of(String namespace, String account) {
    String user = "system:serviceaccount:" + namespace + ":" + account;
    return requests().stream().filter(request -> user.equals(request.user())).toList();
  }

  /** Those of the rights that no request has needed. */
  static Set<Rights.Right> unused(Set<Rights.Right> rights, List<Request> requests) {
    return rights.stream()
        .filter(right -> requests.stream().noneMatch(request -> uses(request, right)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean uses(Request request, Rights.Right right) {
    return right.apiGroup().equals(request.apiGroup())
        && right.resource().equals(request.resource())
        && right.verb().equals(request.verb())
        && (right.scope().equals("*") || right.scope().equals(request.namespace()))
        && (right.name().equals("*") || right.name().equals(request.name()));
  }

  private List<Request> requests() {
    var json = new ObjectMapper();
    // The last line may not be whole yet.
    String text = text();
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .map(line -> request(read(json, line)))
        .toList();
  }

  private String text() {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(ObjectMapper json, String line) {
    try {
      return json.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Request request(JsonNode event) {
    JsonNode object = event.path("objectRef");
    String subresource = object.path("subresource").asText();
    return new Request(
        event.path("user").path("username").asText(),
        event.path("verb").asText(),
        object.path("apiGroup").asText(),
        object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
        object.path("namespace").asText(),
        object.path("name").asText(),
        event.path("responseStatus").path("code").asInt());
  }
}
