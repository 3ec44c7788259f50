package org.homelab.autoscaler.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGuardTest {
  private static final Map<String, String> FROM_THE_PAGE =
      Map.of(
          "Host",
          "localhost:8080",
          "Origin",
          "http://localhost:8080",
          "Content-Type",
          "application/json",
          RequestGuard.HEADER,
          "yes");

  @Test
  void thePageItselfMayReadAndDo() {
    var guard = new RequestGuard(true);

    assertThat(guard.refusal("GET", Map.of("Host", "localhost:8080")::get)).isEmpty();
    assertThat(guard.refusal("POST", FROM_THE_PAGE::get)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:8080", "localhost.evil.example", ""})
  void aNameThatWasMadeToPointHereGetsNoAnswer(String host) {
    assertThat(new RequestGuard(true).refusal("GET", Map.of("Host", host)::get)).isPresent();
    assertThat(new RequestGuard(false).refusal("GET", Map.of("Host", host)::get)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1:8080", "[::1]:8080"})
  void thisMachineHasSeveralNames(String host) {
    assertThat(new RequestGuard(true).refusal("GET", Map.of("Host", host)::get)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "X-Homelab-Page, , is missing",
    "Content-Type, text/plain, application/json",
    "Content-Type, application/x-www-form-urlencoded, application/json",
    "Origin, http://evil.example, only the page itself",
    "Origin, null, only the page itself",
    "Origin, http://localhost:9999, only the page itself"
  })
  void whatAnotherSiteCanMakeABrowserSendIsRefused(String header, String value, String words) {
    var request = new HashMap<>(FROM_THE_PAGE);
    if (value == null) {
      request.remove(header);
    } else {
      request.put(header, value);
    }

    assertThat(new RequestGuard(false).refusal("POST", request::get))
        .hasValueSatisfying(why -> assertThat(why).contains(words));
  }
}
