package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.homelab.autoscaler.kubernetes.Custody;
import org.homelab.autoscaler.kubernetes.Drain;
import org.homelab.autoscaler.kubernetes.FleetFeed;
import org.homelab.autoscaler.kubernetes.GroupStatusWriter;
import org.homelab.autoscaler.kubernetes.KubernetesNodes;
import org.homelab.autoscaler.kubernetes.MachineStatusWriter;
import org.homelab.autoscaler.kubernetes.PodTally;
import org.homelab.autoscaler.kubernetes.PowerIntents;
import org.homelab.autoscaler.kubernetes.PowerJobs;
import org.homelab.autoscaler.kubernetes.TariffBook;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A stand-in proves something only as long as the real bean can be called in the same way. */
class BeansTest {
  static Stream<Arguments> beans() {
    return Stream.of(
        Arguments.of(Beans.Status.class, MachineStatusWriter.class),
        Arguments.of(Beans.Nodes.class, KubernetesNodes.class),
        Arguments.of(Beans.Drain.class, Drain.class),
        Arguments.of(Beans.Jobs.class, PowerJobs.class),
        Arguments.of(Beans.Intents.class, PowerIntents.class),
        Arguments.of(Beans.Feed.class, FleetFeed.class),
        Arguments.of(Beans.Custody.class, Custody.class),
        Arguments.of(Beans.GroupStatus.class, GroupStatusWriter.class),
        Arguments.of(Beans.PodTally.class, PodTally.class),
        Arguments.of(Beans.Tariff.class, TariffBook.class),
        Arguments.of(Beans.HealthChecks.class, org.homelab.autoscaler.camel.HealthChecks.class));
  }

  @ParameterizedTest
  @MethodSource("beans")
  void theRealBeanHasTheMethodsOfItsStandIn(Class<?> standIn, Class<?> real) throws Exception {
    assertThat(standIn.getDeclaredMethods()).isNotEmpty();
    for (Method method : standIn.getMethods()) {
      if (method.getDeclaringClass().equals(standIn)) {
        Method same = real.getMethod(method.getName(), method.getParameterTypes());
        assertThat(same.getReturnType()).isEqualTo(method.getReturnType());
        assertThat(same.getParameterAnnotations()).isDeepEqualTo(method.getParameterAnnotations());
      }
    }
  }
}
