package org.homelab.autoscaler.testing;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc.CloudProviderBlockingStub;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Calls over one channel, one by one or without a pause, none of which waits for a server. */
public final class Calls implements AutoCloseable {
  private final ManagedChannel channel;
  private final AtomicBoolean goOn = new AtomicBoolean(true);
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private List<Thread> threads = List.of();

  /** Calls over that channel, which is closed with them. */
  public Calls(ManagedChannel channel) {
    this.channel = channel;
    follow(channel.getState(false));
  }

  /** The stub itself, with the deadline of the Cluster Autoscaler. */
  public CloudProviderBlockingStub stub() {
    return CloudProviderGrpc.newBlockingStub(channel).withDeadlineAfter(5, TimeUnit.SECONDS);
  }

  /** One call that must be answered. */
  public void refresh() {
    var unused = stub().refresh(RefreshRequest.getDefaultInstance());
  }

  /** Whether a call is answered within a second. */
  public boolean answered() {
    try {
      channel.resetConnectBackoff();
      var unused =
          stub()
              .withDeadlineAfter(1, TimeUnit.SECONDS)
              .refresh(RefreshRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException refused) {
      return false;
    }
  }

  /** How a call that must not be answered is refused. */
  public Status refusal() {
    try {
      refresh();
    } catch (StatusRuntimeException refused) {
      return refused.getStatus();
    }
    throw new AssertionError("the call was answered");
  }

  /** Begins to call without a pause on so many threads. */
  public void begin(int callers) {
    threads =
        IntStream.range(0, callers).mapToObj(i -> new Thread(this::callOn, "caller-" + i)).toList();
    threads.forEach(Thread::start);
  }

  /** Ends that, and tells every call that failed. */
  public List<String> end() throws InterruptedException {
    goOn.set(false);
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(failures);
  }

  /** How many calls were answered since {@link #begin}. */
  public long answers() {
    return answers.get();
  }

  /** How many connections there were, the present one included. */
  public long connections() {
    return connections.get();
  }

  @Override
  public void close() {
    goOn.set(false);
    channel.shutdownNow();
  }

  private void callOn() {
    while (goOn.get()) {
      try {
        refresh();
        answers.incrementAndGet();
      } catch (StatusRuntimeException failure) {
        failures.add(failure.getStatus().toString());
      }
    }
  }

  private void follow(ConnectivityState state) {
    if (state == ConnectivityState.READY) {
      connections.incrementAndGet();
    }
    if (state != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(state, () -> follow(channel.getState(false)));
    }
  }
}
