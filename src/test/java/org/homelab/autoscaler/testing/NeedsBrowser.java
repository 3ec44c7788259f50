package org.homelab.autoscaler.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that looks at the page with a real browser: it takes a {@link Browser} as a parameter.
 * Without Chromium and its driver (Debian's packages {@code chromium} and {@code chromium-driver})
 * these tests are skipped, and that is said loudly.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BrowserExtension.class)
public @interface NeedsBrowser {}
