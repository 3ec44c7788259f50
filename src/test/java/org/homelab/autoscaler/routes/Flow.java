package org.homelab.autoscaler.routes;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/**
 * What flowed: the routes that were entered ({@code power-on}) and the beans that were called
 * ({@code status.write}), in order, each with the body it got. Can have one of them fail.
 */
final class Flow implements RoutePolicyFactory {
  private final List<Visit> visits = new CopyOnWriteArrayList<>();
  private volatile Optional<String> broken = Optional.empty();
  private volatile boolean mends;
  private volatile RuntimeException thrown;

  /** One place on the way. */
  record Visit(String place, Object body) {}

  /** What a broken place throws. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(String place) {
      super(place + " is broken");
    }
  }

  /** Every place, in order. */
  List<String> places() {
    return visits.stream().map(Visit::place).toList();
  }

  /** What each bean got, in order. */
  List<Object> bodiesOfBeans() {
    return visits.stream().filter(visit -> visit.place().contains(".")).map(Visit::body).toList();
  }

  /** The last body that this place got. */
  Object bodyAt(String place) {
    return visits.stream()
        .filter(visit -> visit.place().equals(place))
        .reduce((earlier, later) -> later)
        .map(Visit::body)
        .orElseThrow(() -> new AssertionError(place + " is not among " + places()));
  }

  /** From now on this place throws {@link Broken}. */
  void breakAt(String place) {
    breakAt(place, new Broken(place));
  }

  /** From now on this place throws that. */
  void breakAt(String place, RuntimeException failure) {
    broken = Optional.of(place);
    mends = false;
    thrown = failure;
  }

  /** The next visit to this place throws {@link Broken}, later ones do not. */
  void breakOnceAt(String place) {
    broken = Optional.of(place);
    mends = true;
    thrown = new Broken(place);
  }

  /** Forgets everything. */
  void clear() {
    visits.clear();
    broken = Optional.empty();
  }

  /** To be called by a stand-in for a bean. */
  void at(String place, Object body) {
    visits.add(new Visit(place, body));
    if (broken.filter(place::equals).isPresent()) {
      broken = mends ? Optional.empty() : broken;
      throw thrown;
    }
  }

  @Override
  public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
    return new RoutePolicySupport() {
      @Override
      public void onExchangeBegin(Route entered, Exchange exchange) {
        // Camel numbers the routes that it makes of a Kamelet.
        String id = entered.getId().replaceFirst("-\\d+$", "");
        visits.add(new Visit(id, exchange.getMessage().getBody()));
      }
    };
  }
}
