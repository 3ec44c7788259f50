package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiCallsTest {
  @ParameterizedTest
  @CsvSource({
    "/apis/infra.homecluster.dev/v1alpha1/namespaces/lab/nodes/m1/status, nodes",
    "/apis/infra.homecluster.dev/v1alpha1/namespaces/lab/groups/rack, groups",
    "/api/v1/nodes/w1, kubernetes-nodes",
    "/api/v1/nodes/w1/status, kubernetes-nodes",
    "/apis/batch/v1/namespaces/lab/jobs, jobs",
    "/api/v1/namespaces/prod/pods/db-0/eviction, evictions",
    "/apis/events.k8s.io/v1/namespaces/default/events, events",
    "/apis/coordination.k8s.io/v1/namespaces/lab/leases/homelab-autoscaler, leases",
    "/apis/example.org/v1/widgets/w, other",
    "/version, other",
  })
  void aWriteIsCountedUnderItsKind(String path, String kind) {
    assertThat(ApiCalls.kind(URI.create("https://10.96.0.1:443" + path))).isEqualTo(kind);
  }
}
