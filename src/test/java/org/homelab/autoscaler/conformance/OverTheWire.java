package org.homelab.autoscaler.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Asks the running application over its TCP port. A parameter of type {@link Homelab} is the one
 * application of all such classes; each test works on groups of its own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OverTheWire.Shared.class)
@interface OverTheWire {

  /** Starts the application when it is first asked for; it ends with the last test. */
  final class Shared implements ParameterResolver {
    private static final ExtensionContext.Namespace STORE =
        ExtensionContext.Namespace.create(OverTheWire.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType().equals(Homelab.class);
    }

    @Override
    public Homelab resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(STORE)
          .getOrComputeIfAbsent(Homelab.class, type -> Homelab.open(), Homelab.class);
    }
  }
}
