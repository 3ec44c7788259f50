package org.homelab.autoscaler.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs against a real control plane: it takes a {@link ControlPlane} as a parameter of
 * its constructor or of a method. All such tests of a run share one; each makes a namespace of its
 * own and calls {@link ControlPlane#reset} for what lies outside namespaces.
 *
 * <p>Without {@code KUBEBUILDER_ASSETS} in the environment, the folder with the binaries, these
 * tests are skipped, and that is said loudly.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ControlPlaneExtension.class)
public @interface NeedsControlPlane {}
