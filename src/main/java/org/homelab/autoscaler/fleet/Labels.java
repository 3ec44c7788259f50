package org.homelab.autoscaler.fleet;

import java.util.regex.Pattern;

/** What Kubernetes takes for labels, annotations and taints. */
public final class Labels {
  private static final String WORD = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String NAME = "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?";

  /** Keys; the CRD checks with the same expression. */
  public static final String KEY_REGEX = "^(" + WORD + "([.]" + WORD + ")*/)?" + NAME + "$";

  /** How to write a key. */
  public static final String KEY_HELP =
      "write keys of letters, digits, -, _ and ., with a domain in front if you like, such as"
          + " example.com/disk";

  /** Values of labels and taints; the CRD checks with the same expression. */
  public static final String VALUE_REGEX = "^(" + NAME + ")?$";

  /** How to write a value. */
  public static final String VALUE_HELP =
      "write values of up to 63 letters, digits, -, _ and ., such as nvme";

  /** How to write a taint. */
  public static final String TAINT_HELP =
      "write keys and values as those of labels, and NoSchedule, PreferNoSchedule or NoExecute for"
          + " effect";

  private static final int LONGEST_NAME = 63;
  private static final int LONGEST_DOMAIN = 253;
  private static final Pattern KEY = Pattern.compile(KEY_REGEX);
  private static final Pattern VALUE = Pattern.compile(VALUE_REGEX);

  private Labels() {}

  /** Whether it can be the key of a label, an annotation or a taint. */
  public static boolean key(String text) {
    int slash = text.indexOf('/');
    return slash <= LONGEST_DOMAIN
        && text.length() - slash - 1 <= LONGEST_NAME
        && KEY.matcher(text).matches();
  }

  /** Whether it can be the value of a label or a taint. */
  public static boolean value(String text) {
    return text.length() <= LONGEST_NAME && VALUE.matcher(text).matches();
  }
}
