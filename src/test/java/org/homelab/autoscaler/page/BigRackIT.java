package org.homelab.autoscaler.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.homelab.autoscaler.testing.Browser;
import org.homelab.autoscaler.testing.NeedsBrowser;
import org.homelab.autoscaler.testing.Ports;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Five hundred machines on one page, all of them on the move. */
@NeedsBrowser
class BigRackIT {
  private static final Logger LOG = LoggerFactory.getLogger(BigRackIT.class);
  private static final int MACHINES = 500;
  private static final int DRAWINGS = 10;

  /** A person takes a tenth of a second for at once; the build runs on anything. */
  private static final double BUDGET_MILLIS = 100;

  private final Browser browser;

  BigRackIT(Browser browser) {
    this.browser = browser;
  }

  @Test
  void fiveHundredMachinesAreDrawnAnewWithinTheBudgetOfAFrame() throws Exception {
    int port = Ports.free();
    try (BigRack rack = new BigRack(port, MACHINES)) {
      rack.start();
      browser.open("http://localhost:" + port + "/", Browser.DESK);
      await("every machine")
          .atMost(Duration.ofSeconds(30))
          .until(() -> browser.count(".dot") == MACHINES);
      browser.driver().executeScript("performance.clearMeasures()");
      for (int drawing = 1; drawing <= DRAWINGS; drawing++) {
        for (int machine = 0; machine < MACHINES; machine++) {
          rack.step(machine, machine + drawing);
        }
        long enough = drawing;
        await("a drawing").atMost(Duration.ofSeconds(20)).until(() -> drawings() > enough);
      }

      double usual = median();
      LOG.info("{} machines changed and drawn in {} ms (median)", MACHINES, usual);
      assertThat(usual).isLessThan(BUDGET_MILLIS);
      assertThat(browser.barriers()).isEmpty();
    }
  }

  private long drawings() {
    return ((Number)
            browser.driver().executeScript("return performance.getEntriesByName('drawn').length"))
        .longValue();
  }

  @SuppressWarnings("unchecked")
  private double median() {
    return ((List<Number>)
            browser
                .driver()
                .executeScript(
                    "return performance.getEntriesByName('drawn').map(one => one.duration).sort((a,b) => a - b)"))
        .stream().mapToDouble(Number::doubleValue).skip(DRAWINGS / 2).findFirst().orElseThrow();
  }
}
