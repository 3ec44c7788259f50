package org.homelab.autoscaler.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people may do on the page. */
public interface Deeds {
  /** What is offered, and what it takes. */
  Offer offer();

  /**
   * Does it.
   *
   * @return what was done, as a sentence
   * @throws Refused if it may not or cannot be done
   */
  String act(Request request);

  /**
   * What is offered.
   *
   * @param needsToken whether the caller's own Kubernetes token is needed
   * @param machine names of what may be done to a machine
   * @param lab names of what may be done to the simulated homelab
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Offer(boolean needsToken, List<String> machine, List<String> lab) {
    /** Nothing at all: the page is for reading. */
    static final Offer NOTHING = new Offer(false, List.of(), List.of());
  }

  /**
   * What somebody wants to do.
   *
   * @param deed one of the offered names
   * @param arguments {@code machine} (namespace/name), {@code text}
   * @param token the caller's Kubernetes token, if there is one
   */
  record Request(String deed, Map<String, Object> arguments, Optional<String> token) {
    /** That argument, or empty text. */
    public String argument(String name) {
      return String.valueOf(arguments.getOrDefault(name, ""));
    }
  }

  /** It was not done; the message says why and what to do. */
  final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * A refusal.
     *
     * @param status HTTP status: 400 for a wrong request, 401 without a valid token, 403 where the
     *     caller may not, 404 where nothing is offered by that name, 409 when the Kubernetes API
     *     refused
     */
    public Refused(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** A page for reading only. */
  static Deeds none() {
    return new Deeds() {
      @Override
      public Offer offer() {
        return Offer.NOTHING;
      }

      @Override
      public String act(Request request) {
        throw new Refused(404, "this page is for reading only; see homelab.page.actions.enabled");
      }
    };
  }
}
