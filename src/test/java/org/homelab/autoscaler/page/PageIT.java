package org.homelab.autoscaler.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.homelab.autoscaler.testing.Browser;
import org.homelab.autoscaler.testing.ChildProcess;
import org.homelab.autoscaler.testing.NeedsBrowser;
import org.homelab.autoscaler.testing.RunFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.Alert;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A newcomer opens the page of the packaged program in simulate mode, with a real browser. */
@NeedsBrowser
@TestMethodOrder(OrderAnnotation.class)
class PageIT {
  private static final Path PICTURES =
      Path.of(Boolean.getBoolean("pictures.write") ? "docs/images" : "target/pictures");
  private static final String NAMESPACE = "homelab-autoscaler-system";
  private static RunFolder homelab;

  private final Browser browser;

  PageIT(Browser browser) {
    this.browser = browser;
  }

  @BeforeAll
  static void start() {
    homelab = RunFolder.simulating("page").startAndAwaitReady();
  }

  @AfterAll
  static void stop() {
    homelab.close();
  }

  private void open() {
    await("the page")
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              browser.open(homelab.page(), Browser.DESK);
              return browser.count(".tile") > 0;
            });
    browser.read(".live", "live");
  }

  @Test
  @Order(1)
  void aMachineIsSeenToBootToWorkAndToGoWithoutAReload() {
    open();
    browser.see(".tile.booting");
    browser.see(".tile.ready meter");
    browser.read(".figure", "power drawn");
    browser.read(".tile.ready", "W declared");
    browser.read(".tile.ready", "pod");
    browser.photograph(PICTURES.resolve("page.png"));
    browser.see(".tile.draining, .tile.powering-off");
    browser.see(".moments .badge.shuttingdown");
    browser.read(".moments", "the Cluster Autoscaler increased group");
    browser.see(".tile.off");
  }

  @Test
  @Order(2)
  void aMachinesOwnPageSaysWhyAndWhatComesNext() {
    open();
    browser.driver().findElement(By.cssSelector(".tile a[href$='/atlas']")).click();
    browser.read(".machine h2", "atlas");
    browser.read(".story", "meant to be");
    browser.read(".machine .moments", "startingup");
    browser.photograph(PICTURES.resolve("machine.png"));
  }

  @Test
  @Order(2)
  void theTerminalShowsTheSame() {
    ChildProcess top = homelab.top();
    assertThat(top.awaitExit(Duration.ofSeconds(30))).isZero();
    assertThat(top.output())
        .contains("machines ready")
        .contains("atlas", "boreas", "castor", "draco", "ember", "flint");
  }

  @Test
  @Order(3)
  void theButtonsDoWhatTheySay() {
    open();
    press("button.pods");
    browser.read(".message", "5 pods added");
    openMachine("flint");
    press("button.hold");
    Alert alert =
        new WebDriverWait(browser.driver(), Duration.ofSeconds(10))
            .until(ExpectedConditions.alertIsPresent());
    alert.sendKeys("disk swap");
    alert.accept();
    browser.read(".message", "flint is held");
    browser.read(".story", "held");
    browser.read(".story", "disk swap");
    press("button.release");
    browser.read(".message", "flint is released");
    openMachine("castor");
    press("button.break");
    browser.read(".message", "castor is broken");
    press("button.mend");
    browser.read(".message", "castor is mended");
    press("button.wake");
    browser.read(".story", "booting");
    browser.read(".story", "ready");
    press("button.cut-power");
    browser.read(".message", "castor has lost its power");
    browser.read(".story", "not ready");
  }

  @Test
  @Order(4)
  void everybodyCanReadIt() {
    for (String colours : List.of("light", "dark")) {
      browser.colours(colours);
      open();
      browser.see(".moments li");
      assertThat(browser.barriers()).as("overview, " + colours).isEmpty();
      openMachine("atlas");
      assertThat(browser.barriers()).as("machine, " + colours).isEmpty();
    }
    browser.photograph(PICTURES.resolve("machine-dark.png"));
    browser.colours("light");
  }

  @Test
  @Order(5)
  void aPhoneShowsItWithoutScrollingSideways() {
    open();
    browser.open(homelab.page(), Browser.PHONE);
    browser.see(".tile");
    Long width =
        (Long) browser.driver().executeScript("return document.documentElement.scrollWidth");
    Long window = (Long) browser.driver().executeScript("return window.innerWidth");
    assertThat(width).isLessThanOrEqualTo(window);
    browser.photograph(PICTURES.resolve("phone.png"));
  }

  @Test
  @Order(6)
  void theKeyboardReachesEveryMachine() {
    open();
    WebElement body = browser.driver().findElement(By.tagName("body"));
    body.sendKeys(org.openqa.selenium.Keys.TAB);
    assertThat(browser.driver().switchTo().activeElement().getText()).contains("Skip");
    WebElement tile = browser.see(".tile a");
    browser.driver().executeScript("arguments[0].focus()", tile);
    browser.driver().switchTo().activeElement().sendKeys(org.openqa.selenium.Keys.ENTER);
    browser.see(".machine h2");
  }

  @Test
  @Order(7)
  void aRestartIsSeenAndSurvived() {
    open();
    homelab.kill();
    complaints();
    browser.read(".live", "not connected: what you see is of");
    browser.see("main.stale");
    homelab.start();
    browser.read(".live", "live");
    await("the page is itself again")
        .atMost(Duration.ofSeconds(30))
        .until(() -> browser.count("main.stale") == 0);
    browser.see(".tile");
  }

  @Test
  @Order(8)
  void nothingWasLoadedFromElsewhereAndNothingWasRefused() {
    open();
    assertThat(complaints()).isEmpty();
    @SuppressWarnings("unchecked")
    List<String> loaded =
        (List<String>)
            browser
                .driver()
                .executeScript(
                    "return performance.getEntriesByType('resource').map(one => one.name)");
    assertThat(loaded).isNotEmpty().allMatch(url -> url.startsWith(homelab.page()));
  }

  /** What the browser has complained of since it was last asked. */
  private List<String> complaints() {
    return browser.driver().manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .filter(line -> !line.contains("/api/stream"))
        .toList();
  }

  private void openMachine(String name) {
    browser.driver().get(homelab.page() + "#/machine/" + NAMESPACE + "/" + name);
    browser.read(".machine h2", name);
  }

  private void press(String css) {
    browser.see(css).click();
  }
}
