package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.WebSocketUpgradeResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WatchLimitTest {
  private static final String WATCH =
      "https://api/api/v1/nodes?allowWatchBookmarks=true&timeoutSeconds=600&watch=true";

  private final FakeClock clock = new FakeClock();
  private final WatchLimit limit = new WatchLimit("k8s-informer:nodes", seconds(30), clock);

  @Test
  void asksTheServerToEndAWatchSoonAndToKeepNoConnectionOfAList() {
    assertThat(sent(WATCH).uri().getQuery())
        .isEqualTo("allowWatchBookmarks=true&timeoutSeconds=" + limit.seconds() + "&watch=true");
    assertThat(sent(WATCH).headers()).doesNotContainKey("Connection");
    String list = "https://api/api/v1/nodes?limit=500";
    assertThat(sent(list).uri().toString()).isEqualTo(list);
    assertThat(sent(list).header("Connection")).isEqualTo("close");
  }

  @Test
  void watchesOfDifferentResourcesLastAboutAsLongButNotTheSame() {
    Set<Long> times =
        Stream.of("groups", "nodes", "kubernetes-nodes", "jobs", "pods")
            .map(name -> new WatchLimit(name, seconds(30), clock).seconds())
            .collect(Collectors.toSet());
    assertThat(times).hasSizeGreaterThan(1).allMatch(time -> time >= 24 && time <= 30);
    assertThat(new WatchLimit("nodes", seconds(1), clock).seconds()).isEqualTo(1);
  }

  @Test
  void aWatchThatHasNotEndedInTimeIsOverdueUntilAnotherIsOpened() {
    clock.pass(seconds(3600));
    assertThat(limit.overdue()).as("none was ever opened").isFalse();
    opened(101);
    assertThat(limit.opened()).contains(clock.instant());
    clock.pass(seconds(limit.seconds() + limit.seconds() / 3 + 2));
    assertThat(limit.overdue()).as("it may still be ending").isFalse();
    clock.pass(seconds(1));
    assertThat(limit.overdue()).isTrue();
    opened(403);
    assertThat(limit.overdue()).as("a refusal opens nothing").isTrue();
    opened(101);
    assertThat(limit.overdue()).isFalse();
  }

  private void opened(int code) {
    var request = new StandardHttpRequest.Builder().uri(URI.create(WATCH)).build();
    limit.after(request, new WebSocketUpgradeResponse(request, code, Map.of()), null);
  }

  private HttpRequest sent(String uri) {
    var builder = new StandardHttpRequest.Builder();
    builder.uri(URI.create(uri));
    limit.before(builder, builder.build(), null);
    return builder.build();
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
