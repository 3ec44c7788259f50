package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFilesTest {
  private final CamelContext context = new DefaultCamelContext();
  @TempDir private Path folder;
  private Path shipped;
  private Path custom;

  @BeforeEach
  void makeFolders() throws IOException {
    shipped = Files.createDirectories(folder.resolve("shipped/kamelets")).getParent();
    custom = Files.createDirectories(folder.resolve("custom/kamelets")).getParent();
  }

  @AfterEach
  void stop() throws Exception {
    context.close();
  }

  @Test
  void loadsTheShippedRoutesAlone() throws Exception {
    write(shipped, "power.camel.yaml", route("power-on", "shipped on"));
    RouteFiles.of(shipped, Optional.empty()).load(context);
    context.start();
    assertThat(answerOf("power-on")).isEqualTo("shipped on");
  }

  @Test
  void aRouteOfTheUserTakesThePlaceOfTheShippedOneOfTheSameIdOnly() throws Exception {
    write(
        shipped,
        "power.camel.yaml",
        route("power-on", "shipped on") + route("power-off", "shipped off"));
    write(custom, "mine.camel.yaml", route("power-on", "my on") + route("nas", "my nas"));
    load();
    assertThat(context.getRoutes()).hasSize(3);
    assertThat(answerOf("power-on")).isEqualTo("my on");
    assertThat(answerOf("power-off")).isEqualTo("shipped off");
    assertThat(answerOf("nas")).isEqualTo("my nas");
  }

  @Test
  void whatIsKeptOfAFileIsKeptLetterByLetter() throws Exception {
    write(
        shipped,
        "power.camel.yaml",
        route("power-on", "shipped on")
            + "# why\n"
            + route("power-off", "%s").replace("\"%s\"", "no"));
    write(custom, "mine.camel.yaml", route("power-on", "my on"));
    load();
    assertThat(answerOf("power-off")).isEqualTo("no");
    assertThat(context.getRoute("power-off").getSourceLocationShort()).isEqualTo("power.camel:11");
  }

  @Test
  void aFileWhoseRoutesAreAllReplacedIsLeftOut() throws Exception {
    write(shipped, "power.camel.yaml", route("power-on", "shipped on"));
    write(custom, "power.camel.yaml", route("power-on", "my on"));
    load();
    assertThat(answerOf("power-on")).isEqualTo("my on");
  }

  @Test
  void aRouteConfigurationHoldsForRoutesOfEveryFile() throws Exception {
    write(shipped, "a.camel.yaml", failing("shipped-route"));
    write(shipped, "b.camel.yaml", configuration("failures", "shipped words"));
    write(custom, "a.camel.yaml", failing("my-route"));
    load();
    assertThat(answerOf("shipped-route")).isEqualTo("shipped words");
    assertThat(answerOf("my-route")).isEqualTo("shipped words");
  }

  @Test
  void aRouteConfigurationOfTheUserTakesThePlaceOfTheShippedOneOfTheSameId() throws Exception {
    write(
        shipped, "a.camel.yaml", failing("power-on") + configuration("failures", "shipped words"));
    write(custom, "z.camel.yaml", configuration("failures", "my words"));
    load();
    assertThat(answerOf("power-on")).isEqualTo("my words");
  }

  @Test
  void aKameletOfTheUserTakesThePlaceOfTheShippedOneOfTheSameName() throws Exception {
    write(shipped.resolve("kamelets"), "wol-on.kamelet.yaml", kamelet("wol-on", "shipped wol"));
    write(shipped.resolve("kamelets"), "ssh-on.kamelet.yaml", kamelet("ssh-on", "shipped ssh"));
    write(custom.resolve("kamelets"), "wol-on.kamelet.yaml", kamelet("wol-on", "my wol"));
    KameletComponent kamelets = context.getComponent("kamelet", KameletComponent.class);
    kamelets.setLocation(RouteFiles.of(shipped, Optional.of(custom)).kameletLocation());
    context.start();
    assertThat(answer("kamelet:wol-on")).isEqualTo("my wol");
    assertThat(answer("kamelet:ssh-on")).isEqualTo("shipped ssh");
  }

  @Test
  void kameletsMayLieAmongTheRoutesAsInAConfigMap() throws Exception {
    write(shipped, "wol-on.kamelet.yaml", kamelet("wol-on", "shipped wol"));
    write(shipped, "ssh-on.kamelet.yaml", kamelet("ssh-on", "shipped ssh"));
    write(custom, "wol-on.kamelet.yaml", kamelet("wol-on", "my wol"));
    write(shipped, "kustomization.yaml", "kind: Kustomization");
    load();
    KameletComponent kamelets = context.getComponent("kamelet", KameletComponent.class);
    kamelets.setLocation(RouteFiles.of(shipped, Optional.of(custom)).kameletLocation());
    assertThat(answer("kamelet:wol-on")).isEqualTo("my wol");
    assertThat(answer("kamelet:ssh-on")).isEqualTo("shipped ssh");
  }

  @Test
  void filesWithoutRoutesAreFine() throws Exception {
    write(shipped, "power.camel.yaml", route("power-on", "shipped on"));
    write(custom, "empty.camel.yaml", "");
    write(custom, "ideas.camel.yaml", "# nothing yet\n");
    write(custom, "notes.txt", "buy milk");
    load();
    assertThat(answerOf("power-on")).isEqualTo("shipped on");
  }

  @Test
  void whatIsNoYamlIsRefusedWithFileLineAndReason() throws Exception {
    write(custom, "mine.camel.yaml", "- route:\n    id: nas\n    from: {\n- route: x\n");
    assertRefused("mine.camel.yaml", 4, "expected");
  }

  @Test
  void aStepThatCamelDoesNotKnowIsRefusedWithFileLineAndReason() throws Exception {
    write(
        custom,
        "mine.camel.yaml",
        """
        - route:
            id: nas
            from:
              uri: direct:nas
              steps:
                - wakeOnLan: { mac: x }
        """);
    assertRefused("mine.camel.yaml", 6, "wakeOnLan");
  }

  @Test
  void aPropertyThatCamelDoesNotKnowIsRefusedWithFileLineAndReason() throws Exception {
    write(
        custom,
        "mine.camel.yaml",
        """
        - route:
            id: nas
            from:
              uri: direct:nas
              steps:
                - setBody:
                    simpel: x
        """);
    assertRefused("mine.camel.yaml", 7, "simpel");
  }

  @Test
  void aFileThatIsNoListIsRefused() throws Exception {
    write(custom, "mine.camel.yaml", "route:\n  id: nas\n  from: { uri: direct:nas }\n");
    assertRefused("mine.camel.yaml", 1, "list");
  }

  @Test
  void twoRoutesOfTheUserWithOneIdAreRefused() throws Exception {
    write(custom, "a.camel.yaml", route("nas", "one"));
    write(custom, "b.camel.yaml", "# mine\n" + route("nas", "two"));
    assertRefused("b.camel.yaml", 2, "nas", "a.camel.yaml");
  }

  private void load() throws Exception {
    RouteFiles.of(shipped, Optional.of(custom)).load(context);
    context.start();
  }

  private void assertRefused(String file, int line, String... words) {
    assertThatThrownBy(this::load)
        .isInstanceOf(RouteFiles.Broken.class)
        .hasMessageStartingWith("route file " + custom.resolve(file) + ", line " + line + ": ")
        .hasMessageContainingAll(words)
        .message()
        .doesNotContain("\n");
  }

  private String answerOf(String route) {
    return answer("direct:" + route);
  }

  private String answer(String uri) {
    Exchange exchange = new DefaultExchange(context);
    return context.createProducerTemplate().send(uri, exchange).getMessage().getBody(String.class);
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String route(String id, String answer) {
    return """
        - route:
            id: %s
            from:
              uri: direct:%s
              steps:
                - setBody: { simple: "%s" }
        """
        .formatted(id, id, answer);
  }

  private static String failing(String id) {
    return """
        - route:
            id: %s
            routeConfigurationId: failures
            from:
              uri: direct:%s
              steps:
                - throwException: { exceptionType: java.lang.IllegalStateException, message: no }
        """
        .formatted(id, id);
  }

  private static String configuration(String id, String answer) {
    return """
        - routeConfiguration:
            id: %s
            onException:
              - onException:
                  exception: [ java.lang.IllegalStateException ]
                  handled: { constant: "true" }
                  steps:
                    - setBody: { constant: "%s" }
        """
        .formatted(id, answer);
  }

  private static String kamelet(String name, String answer) {
    return """
        apiVersion: camel.apache.org/v1
        kind: Kamelet
        metadata:
          name: %s
        spec:
          definition: { title: t }
          template:
            from:
              uri: kamelet:source
              steps:
                - setBody: { constant: "%s" }
        """
        .formatted(name, answer);
  }
}
