package org.homelab.autoscaler.recipes;

import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The one host key that a machine may have: as SHA256 fingerprint, as a public key, or as lines of
 * known_hosts.
 */
final class HostKey implements HostKeyRepository {
  private final String expected;
  private Optional<String> refused = Optional.empty();

  HostKey(String expected) {
    this.expected = expected.strip();
  }

  /** The key that was offered instead, as type and fingerprint. */
  Optional<String> refused() {
    return refused;
  }

  /** Which kinds of key to ask for, where the expected one tells its kind. */
  Optional<String> algorithms() {
    List<String> words = List.of(expected.split("\\s+"));
    return words.stream()
        .filter(word -> word.matches("(ssh|ecdsa|sk)-.*"))
        .findFirst()
        .map(kind -> kind.equals("ssh-rsa") ? "rsa-sha2-512,rsa-sha2-256" : kind);
  }

  @Override
  public int check(String host, byte[] key) {
    boolean known =
        expected.startsWith("SHA256:")
            ? fingerprint(key).equals(expected.replaceFirst("=+$", ""))
            : Arrays.asList(expected.split("\\s+"))
                .contains(Base64.getEncoder().encodeToString(key));
    if (!known) {
      refused = Optional.of(kind(key) + " " + fingerprint(key));
    }
    return known ? OK : NOT_INCLUDED;
  }

  private static String kind(byte[] key) {
    int length = key.length > 4 ? ByteBuffer.wrap(key).getInt() : 0;
    return length > 0 && length <= key.length - 4
        ? new String(key, 4, length, StandardCharsets.US_ASCII)
        : "unreadable";
  }

  private static String fingerprint(byte[] key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  @Override
  public void add(com.jcraft.jsch.HostKey key, UserInfo user) {
    throw new IllegalStateException("a host key is never learnt");
  }

  @Override
  public void remove(String host, String type) {}

  @Override
  public void remove(String host, String type, byte[] key) {}

  @Override
  public String getKnownHostsRepositoryID() {
    return "hostKey";
  }

  @Override
  public com.jcraft.jsch.HostKey[] getHostKey() {
    return new com.jcraft.jsch.HostKey[0];
  }

  @Override
  public com.jcraft.jsch.HostKey[] getHostKey(String host, String type) {
    return new com.jcraft.jsch.HostKey[0];
  }
}
