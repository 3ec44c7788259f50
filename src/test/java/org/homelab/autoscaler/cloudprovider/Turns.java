package org.homelab.autoscaler.cloudprovider;

import java.util.concurrent.Semaphore;

/**
 * Runs one call in a thread of its own, but only while it is told to: it stops at each {@link
 * #stop} until its next turn, so that calls can be interleaved in any wished order.
 */
final class Turns {
  /** The process that the call ran in has died. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died() {
      super("died", null, false, false);
    }
  }

  private final Semaphore go = new Semaphore(0);
  private final Semaphore stopped = new Semaphore(0);
  private final Thread thread;
  private volatile boolean over;
  private volatile boolean dead;
  private volatile Throwable failure;

  Turns(Runnable call) {
    thread =
        new Thread(
            () -> {
              try {
                stop();
                call.run();
              } catch (Died died) {
                dead = true;
              } catch (Throwable failed) {
                failure = failed;
              } finally {
                over = true;
                stopped.release();
              }
            });
    thread.setDaemon(true);
    thread.start();
    stopped.acquireUninterruptibly();
  }

  /** Called within the call: ends its turn. */
  void stop() {
    stopped.release();
    go.acquireUninterruptibly();
    if (dead) {
      throw new Died();
    }
  }

  /** Gives the call another turn. */
  void next() {
    go.release();
    stopped.acquireUninterruptibly();
  }

  /** Lets the call end where it is. */
  void die() {
    dead = true;
    next();
  }

  boolean over() {
    return over;
  }

  boolean died() {
    return dead;
  }

  Throwable failure() {
    return failure;
  }
}
