package org.homelab.autoscaler.cloudprovider;

/**
 * A refusal that the caller of an RPC is meant to read: one kind for each answer the wire knows,
 * without knowing the wire. The message goes to the caller as it stands, so it names the thing and
 * what to do, and holds no secret. Anything else that is thrown is an internal error, whose text
 * stays in our log.
 */
public abstract sealed class ProviderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Code code;

  private ProviderException(Code code, String message, Throwable cause) {
    // The Cluster Autoscaler runs into refusals all the time, where a trace costs more than the
    // call.
    super(message, cause, true, code == Code.INTERNAL);
    this.code = code;
  }

  /** What kind of refusal this is. */
  public Code code() {
    return code;
  }

  /** The kinds of refusal; the names are those that every RPC client knows. */
  public enum Code {
    INVALID_ARGUMENT,
    NOT_FOUND,
    FAILED_PRECONDITION,
    OUT_OF_RANGE,
    RESOURCE_EXHAUSTED,
    UNIMPLEMENTED,
    UNAVAILABLE,
    ABORTED,
    INTERNAL
  }

  /** The request is wrong in itself, whatever the state of the fleet. */
  public static final class InvalidArgument extends ProviderException {
    private static final long serialVersionUID = 1L;

    public InvalidArgument(String message) {
      super(Code.INVALID_ARGUMENT, message, null);
    }
  }

  /** The group or machine named does not exist. */
  public static final class NotFound extends ProviderException {
    private static final long serialVersionUID = 1L;

    public NotFound(String message) {
      super(Code.NOT_FOUND, message, null);
    }
  }

  /** The fleet is in a state that forbids it; trying again helps only once the state changed. */
  public static final class FailedPrecondition extends ProviderException {
    private static final long serialVersionUID = 1L;

    public FailedPrecondition(String message) {
      super(Code.FAILED_PRECONDITION, message, null);
    }
  }

  /** The order would take the power from a machine at work; a person has to mend something. */
  public static final class Unsafe extends ProviderException {
    private static final long serialVersionUID = 1L;

    private final transient Alert alert;

    public Unsafe(Alert alert) {
      super(Code.FAILED_PRECONDITION, alert.message(), null);
      this.alert = alert;
    }

    /** What to tell the machine's owner. */
    public Alert alert() {
      return alert;
    }
  }

  /** The size asked for lies outside the bounds of the group. */
  public static final class OutOfRange extends ProviderException {
    private static final long serialVersionUID = 1L;

    public OutOfRange(String message) {
      super(Code.OUT_OF_RANGE, message, null);
    }
  }

  /** No machine is left that could be used. */
  public static final class ResourceExhausted extends ProviderException {
    private static final long serialVersionUID = 1L;

    public ResourceExhausted(String message) {
      super(Code.RESOURCE_EXHAUSTED, message, null);
    }
  }

  /** We do not offer this, and the caller is to use its own default. */
  public static final class Unimplemented extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Unimplemented(String message) {
      super(Code.UNIMPLEMENTED, message, null);
    }
  }

  /** Cannot answer now; the same request may succeed later. */
  public static final class Unavailable extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
      super(Code.UNAVAILABLE, message, null);
    }

    public Unavailable(String message, Throwable cause) {
      super(Code.UNAVAILABLE, message, cause);
    }
  }

  /** Somebody else changed the same thing at the same time; nothing of this request is left. */
  public static final class Aborted extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Aborted(String message) {
      super(Code.ABORTED, message, null);
    }

    public Aborted(String message, Throwable cause) {
      super(Code.ABORTED, message, cause);
    }
  }

  /** What a plan was made from is no longer so; planning again may succeed. */
  public static final class StaleSnapshot extends ProviderException {
    private static final long serialVersionUID = 1L;

    public StaleSnapshot(String message) {
      super(Code.ABORTED, message, null);
    }

    public StaleSnapshot(String message, Throwable cause) {
      super(Code.ABORTED, message, cause);
    }
  }

  /** A fault of ours that can be told without giving anything away. */
  public static final class Internal extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Internal(String message) {
      super(Code.INTERNAL, message, null);
    }

    public Internal(String message, Throwable cause) {
      super(Code.INTERNAL, message, cause);
    }
  }
}
