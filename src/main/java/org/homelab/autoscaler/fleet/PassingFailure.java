package org.homelab.autoscaler.fleet;

/** A failure that says nothing is wrong: the next look, soon and by itself, makes it good. */
public interface PassingFailure {}
