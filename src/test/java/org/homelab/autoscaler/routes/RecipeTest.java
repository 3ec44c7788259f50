package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.homelab.autoscaler.camel.RecipeDesk;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.recipes.Call;
import org.homelab.autoscaler.recipes.Catalogue;
import org.homelab.autoscaler.recipes.Definition;
import org.homelab.autoscaler.recipes.Reading;
import org.homelab.autoscaler.recipes.Secrets;

/** Runs shipped recipes as the routes run them, and looks everywhere for what must not be seen. */
abstract class RecipeTest extends RouteTest {
  static final Catalogue CATALOGUE =
      Catalogue.read(java.util.List.of(java.nio.file.Path.of("routes", "kamelets")), true);

  private final RecipeDesk desk =
      new RecipeDesk(
          new Fleet(ObjectKey::name), CATALOGUE, Secrets.NONE, java.time.Clock.systemUTC());

  @Override
  void load(CamelContext context) throws Exception {
    super.load(context);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            // As give-command and probe do it.
            from("direct:recipe").toD("kamelet:${exchangeProperty.kamelet}");
          }
        });
  }

  /** What has become of a use of a recipe, with the recipe's own defaults. */
  Exchange use(
      String recipe, String part, Map<String, String> parameters, Map<String, String> secrets) {
    return use(recipe, part, parameters, secrets, () -> true);
  }

  /** The same for a command that may not be wanted any more. */
  Exchange use(
      String recipe,
      String part,
      Map<String, String> parameters,
      Map<String, String> secrets,
      BooleanSupplier wanted) {
    Definition definition = CATALOGUE.find(recipe).orElseThrow();
    Map<String, String> all = new TreeMap<>(parameters);
    definition
        .parameters()
        .forEach(
            parameter ->
                parameter
                    .fallback()
                    .ifPresent(fallback -> all.putIfAbsent(parameter.name(), fallback)));
    Call call = Call.of(recipe, "atlas", all, secrets, wanted);
    Exchange done = template.request("direct:recipe", exchange -> desk.hand(exchange, call, part));
    secrets.values().forEach(secret -> nobodySees(secret, done));
    return done;
  }

  Reading reading(Exchange done) {
    assertThat(done.getException()).isNull();
    return done.getMessage().getBody(Reading.class);
  }

  private void nobodySees(String secret, Exchange done) {
    assertThat(logged(Level.DEBUG).toString()).doesNotContain(secret);
    assertThat(logged(Level.INFO).toString()).doesNotContain(secret);
    assertThat(logged(Level.WARN).toString()).doesNotContain(secret);
    assertThat(context.getEndpoints().toString()).doesNotContain(secret);
    assertThat(context.getRoutes().toString()).doesNotContain(secret);
    assertThat(done.getAllProperties().toString()).doesNotContain(secret);
    assertThat(done.getVariables().toString()).doesNotContain(secret);
    assertThat(done.getMessage().getHeaders().toString()).doesNotContain(secret);
    for (Throwable why = done.getException(); why != null; why = why.getCause()) {
      assertThat(why.toString()).doesNotContain(secret);
    }
  }
}
