package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.CapabilitiesBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.SeccompProfileBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.List;
import java.util.Optional;

/**
 * What the pods of power Jobs are like where a pod spec does not say.
 *
 * @param serviceAccount the account they run under; its token is not mounted
 * @param restricted whether they get what Pod Security {@code restricted} asks for, or what their
 *     image says
 */
public record PowerPods(String serviceAccount, boolean restricted) {
  /** Under the namespace's own account, restricted. */
  public static final PowerPods RESTRICTED = new PowerPods("default", true);

  /** The user of images that ask for none; it has no name and owns nothing. */
  private static final long NOBODY = 65532;

  private static final SecurityContext NOTHING_SAID = new SecurityContext();

  /** What holds for the container: what was declared, and the rest filled in. */
  Optional<SecurityContext> ofContainer(SecurityContext declared) {
    SecurityContext said = declared == null ? NOTHING_SAID : declared;
    if (!restricted || Boolean.TRUE.equals(said.getPrivileged())) {
      return Optional.ofNullable(declared);
    }
    var filled = new SecurityContextBuilder(said).withCapabilities(dropped(said.getCapabilities()));
    if (userIsOpen(said)) {
      filled.withRunAsUser(NOBODY).withRunAsNonRoot(true);
    } else if (said.getRunAsNonRoot() == null && !Long.valueOf(0).equals(said.getRunAsUser())) {
      filled.withRunAsNonRoot(true);
    }
    if (said.getAllowPrivilegeEscalation() == null) {
      filled.withAllowPrivilegeEscalation(false);
    }
    if (said.getSeccompProfile() == null) {
      filled.withSeccompProfile(new SeccompProfileBuilder().withType("RuntimeDefault").build());
    }
    return Optional.of(filled.build());
  }

  /** What holds for the pod: a user that we chose can read the Secrets that are mounted. */
  Optional<PodSecurityContext> ofPod(SecurityContext declared) {
    SecurityContext said = declared == null ? NOTHING_SAID : declared;
    if (!restricted || Boolean.TRUE.equals(said.getPrivileged()) || !userIsOpen(said)) {
      return Optional.empty();
    }
    return Optional.of(new PodSecurityContextBuilder().withFsGroup(NOBODY).build());
  }

  private static boolean userIsOpen(SecurityContext said) {
    return said.getRunAsUser() == null && said.getRunAsNonRoot() == null;
  }

  private static Capabilities dropped(Capabilities said) {
    boolean open = said == null || Meta.orEmpty(said.getDrop()).isEmpty();
    var builder = said == null ? new CapabilitiesBuilder() : new CapabilitiesBuilder(said);
    return open ? builder.withDrop(List.of("ALL")).build() : said;
  }
}
