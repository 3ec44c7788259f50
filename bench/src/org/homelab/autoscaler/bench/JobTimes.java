package org.homelab.autoscaler.bench;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Map;

/** Notes when each Job was first seen. */
record JobTimes(Map<String, Long> seen) implements Watcher<Job> {
  @Override
  public void eventReceived(Action action, Job job) {
    seen.putIfAbsent(job.getMetadata().getName(), System.nanoTime());
  }

  @Override
  public void onClose(WatcherException cause) {
    // The harness closes it.
  }
}
