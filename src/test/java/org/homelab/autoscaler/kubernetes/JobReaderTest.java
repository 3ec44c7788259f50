package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.PowerJob.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobReaderTest {
  private static final String OWNED =
      """
      metadata:
        name: m1-startup-1
        namespace: homelab
        creationTimestamp: "2026-12-01T08:00:00Z"
        labels: { app: homelab-autoscaler, type: startup, node: w1 }
        ownerReferences:
          - { apiVersion: v1, kind: Node, name: w1, uid: other }
          - { apiVersion: infra.homecluster.dev/v1alpha1, kind: Node, name: m1, uid: u1 }
      """;

  @Test
  void aJobBelongsToTheMachineThatOwnsIt() {
    PowerJob job = read(OWNED).orElseThrow();

    assertThat(job.machine()).hasToString("homelab/m1");
    assertThat(job.type()).isEqualTo(OperationType.STARTUP);
    assertThat(job.state()).isEqualTo(State.RUNNING);
    assertThat(job.createdAt()).isEqualTo("2026-12-01T08:00:00Z");
  }

  @Test
  void aJobWithoutAnOwnerBelongsToTheMachineItNames() {
    assertThat(
            read(
                """
                metadata:
                  name: by-hand
                  namespace: homelab
                  labels:
                    app: homelab-autoscaler
                    type: shutdown
                    infra.homecluster.dev/machine: m1
                """))
        .get()
        .extracting(PowerJob::machine)
        .hasToString("homelab/m1");
  }

  @ParameterizedTest
  @CsvSource({"app, somebody-else", "type, maintenance"})
  void otherJobsAreNoneOfOurs(String label, String value) {
    Job job = Yaml.read(Job.class, OWNED);
    job.getMetadata().getLabels().put(label, value);

    assertThat(JobReader.read(job)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ active: 1 }                                                        | RUNNING",
        "{ conditions: [{ type: Complete, status: 'True' }], succeeded: 1 }   | SUCCEEDED",
        "{ conditions: [{ type: Complete, status: 'False' }] }                | RUNNING",
        "{ conditions: [{ type: SuccessCriteriaMet, status: 'True' }] }       | RUNNING",
        "{ conditions: [{ type: Complete, status: 'True' }], terminating: 1 } | RUNNING",
        "{ conditions: [{ type: Failed, status: 'True' }], failed: 3 }        | FAILED",
        "{ conditions: [{ type: Failed, status: 'True' }], ready: 1 }         | RUNNING",
      })
  void aJobIsOverOnlyWhenNoPodOfItIsLeft(String status, State expected) {
    assertThat(read(OWNED + "status: " + status))
        .get()
        .extracting(PowerJob::state)
        .isEqualTo(expected);
  }

  @Test
  void aJobThatIsBeingDeletedMayStillSwitchTheMachine() {
    Job job =
        Yaml.read(Job.class, OWNED + "status: { conditions: [{ type: Failed, status: 'True' }] }");
    job.getMetadata().setDeletionTimestamp("2026-12-01T08:00:00Z");

    assertThat(JobReader.read(job)).get().extracting(PowerJob::state).isEqualTo(State.STOPPING);
  }

  @Test
  void aFailedJobSaysWhyInTheWordsOfKubernetes() {
    assertThat(
            read(
                OWNED
                    + """
                    status:
                      conditions:
                        - type: Failed
                          status: "True"
                          reason: BackoffLimitExceeded
                          message: Job has reached the specified backoff limit
                    """))
        .get()
        .extracting(PowerJob::message)
        .isEqualTo("Job has reached the specified backoff limit");
  }

  private static Optional<PowerJob> read(String yaml) {
    return JobReader.read(Yaml.read(Job.class, yaml));
  }
}
