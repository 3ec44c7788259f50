package org.homelab.autoscaler.power;

/** What is told of a Group as an Event and in the log, once each time that it becomes so. */
public enum GroupNews {
  HEALTHY("GroupHealthy", false, "All machines that are wanted on are Ready."),
  OFFLINE("GroupOffline", false, "No machine that is wanted on is Ready."),
  UNKNOWN("GroupHealthUnknown", false, "Some of the machines that are wanted on are not Ready."),
  FAILURES(
      "GroupFailures",
      true,
      "A machine that is wanted on is not Ready, and its last power operation has failed."),
  MACHINE_QUARANTINED(
      "MachineQuarantined", true, "Operations of a member failed too often in a row."),
  ORDER_TAKEN_BACK(
      "OrderTakenBack",
      true,
      "An order could not be written as a whole; its machines are as they were."),
  SPEC_INVALID(
      "GroupInvalid", true, "A field cannot be read; the message says which and how to write it."),
  SPEC_VALID("GroupValid", false, "Every field can be read again."),
  FORCED_ON("GroupForcedOn", false, "A person wants all usable members on."),
  NOT_FORCED_ON("GroupNotForcedOn", false, "That is no longer so."),
  DRY_RUN("GroupDryRun", false, "Decisions about the group are only told."),
  NO_DRY_RUN("GroupActing", false, "Decisions about the group are carried out again."),
  DELETING("GroupDeleting", false, "The Group goes once nothing of ours is left at its members.");

  private final String code;
  private final boolean warning;
  private final String sentence;

  GroupNews(String code, boolean warning, String sentence) {
    this.code = code;
    this.warning = warning;
    this.sentence = sentence;
  }

  /** The reason of the Event. */
  public String code() {
    return code;
  }

  /** Whether somebody should look at it. */
  public boolean warning() {
    return warning;
  }

  /** What it means. */
  public String sentence() {
    return sentence;
  }
}
