package org.homelab.autoscaler.camel;

import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.homelab.autoscaler.cloudprovider.ProviderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what the caller of an RPC is told when a route fails: the kind and the words of a {@link
 * ProviderException}; that an RPC is not offered where no route answers it; and of everything else
 * nothing but an id, which is in our log together with the reason. Also refuses an answer of the
 * wrong type, which the caller would otherwise read as something that nobody said. camel-grpc finds
 * it in the registry.
 */
public final class GrpcErrors implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcErrors.class);

  private final Answers answers;

  /** Is told of every answer. */
  public interface Answers {
    /** That RPC was answered with a status code of that name after that time. */
    void answered(String rpc, String code, Duration took);
  }

  /** Tells nobody. */
  public GrpcErrors() {
    this((rpc, code, took) -> {});
  }

  /** Tells of every answer. */
  public GrpcErrors(Answers answers) {
    this.answers = answers;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    GuardedCall<Q, R> guarded = new GuardedCall<>(call, answers);
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
        next.startCall(guarded, headers)) {
      @Override
      public void onHalfClose() {
        try {
          super.onHalfClose();
        } catch (RuntimeException failure) {
          guarded.fail(failure);
        }
      }
    };
  }

  private static Status answer(String rpc, Throwable failure) {
    Optional<ProviderException> refusal = cause(failure, ProviderException.class);
    if (refusal.isPresent()) {
      LOG.debug("rpc={} refused code={}", rpc, refusal.get().code(), failure);
      return status(refusal.get().code()).withDescription(refusal.get().getMessage());
    }
    if (cause(failure, DirectConsumerNotAvailableException.class).isPresent()) {
      LOG.debug("rpc={} has no route", rpc, failure);
      return Status.UNIMPLEMENTED.withDescription(rpc + " is not offered");
    }
    return internal(rpc, failure);
  }

  private static Status internal(String rpc, Throwable failure) {
    String id = UUID.randomUUID().toString().substring(0, 8);
    LOG.error("rpc={} failed id={}: {}", rpc, id, OneLine.of(failure));
    LOG.debug("rpc={} failed id={}", rpc, id, failure);
    return Status.INTERNAL.withDescription(
        "internal error " + id + ": the log of homelab-autoscaler says more");
  }

  private static Status status(ProviderException.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.NOT_FOUND;
      case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
      case OUT_OF_RANGE -> Status.OUT_OF_RANGE;
      case RESOURCE_EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
      case UNIMPLEMENTED -> Status.UNIMPLEMENTED;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case ABORTED -> Status.ABORTED;
      case INTERNAL -> Status.INTERNAL;
    };
  }

  private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .limit(20)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }

  private static final class GuardedCall<Q, R>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, R> {
    private final String rpc;
    private final Answers answers;
    private final long began = System.nanoTime();
    private boolean closed;

    GuardedCall(ServerCall<Q, R> call, Answers answers) {
      super(call);
      this.answers = answers;
      this.rpc = call.getMethodDescriptor().getBareMethodName();
    }

    @Override
    public void sendMessage(R message) {
      if (closed) {
        return;
      }
      Optional<Class<?>> expected = answerType(getMethodDescriptor());
      if (expected.isPresent() && !expected.get().isInstance(message)) {
        String got = message == null ? "nothing" : message.getClass().getSimpleName();
        fail(
            new IllegalStateException(
                "the route answers with %s instead of a %s"
                    .formatted(got, expected.get().getSimpleName())));
      } else {
        super.sendMessage(message);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (closed) {
        return;
      }
      closed = true;
      boolean ours = !status.isOk() && status.getCause() != null;
      Status told = ours ? answer(rpc, status.getCause()) : status;
      answers.answered(rpc, told.getCode().name(), Duration.ofNanos(System.nanoTime() - began));
      super.close(told, trailers);
    }

    /** Ends the call because of this failure, unless it has ended. */
    void fail(Throwable failure) {
      close(Status.INTERNAL.withCause(failure), new Metadata());
    }

    private static Optional<Class<?>> answerType(MethodDescriptor<?, ?> method) {
      return method.getResponseMarshaller() instanceof MethodDescriptor.PrototypeMarshaller<?> known
          ? Optional.ofNullable(known.getMessagePrototype()).map(Object::getClass)
          : Optional.empty();
    }
  }
}
