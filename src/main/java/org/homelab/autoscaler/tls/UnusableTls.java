package org.homelab.autoscaler.tls;

/** A file of {@link TlsFiles} cannot be used. Expected: the message names it and the fix. */
public final class UnusableTls extends Exception {
  private static final long serialVersionUID = 1L;

  private final TlsFiles.Role role;

  UnusableTls(TlsFiles files, TlsFiles.Role role, String problem) {
    super(files.path(role) + " " + problem, null, false, false);
    this.role = role;
  }

  /** Which of the files it is. */
  public TlsFiles.Role role() {
    return role;
  }
}
