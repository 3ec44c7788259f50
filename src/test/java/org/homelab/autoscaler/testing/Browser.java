package org.homelab.autoscaler.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium, as a person uses it: opens pages, reads what is there, presses buttons. */
public final class Browser implements AutoCloseable {
  /** A desk. */
  public static final Dimension DESK = new Dimension(1400, 1000);

  /** A phone. */
  public static final Dimension PHONE = new Dimension(390, 844);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static Browser start(Path driver, Path chromium) {
    var service = new ChromeDriverService.Builder().usingDriverExecutable(driver.toFile()).build();
    var options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-GB");
    return new Browser(new ChromeDriver(service, options));
  }

  /** The driver, for what is not here. */
  public ChromeDriver driver() {
    return driver;
  }

  /** Opens a page in a window of that size. */
  public void open(String url, Dimension window) {
    driver.manage().window().setSize(window);
    driver.get(url);
  }

  /** Asks for dark or light colours, as the reader's system would. */
  public void colours(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Waits until something like that is there, and gives it. */
  public WebElement see(String css) {
    await("to see " + css)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !driver.findElements(By.cssSelector(css)).isEmpty());
    return driver.findElement(By.cssSelector(css));
  }

  /** Waits until the text of something like that holds these words. */
  public void read(String css, String words) {
    await("to read '" + words + "' in " + css)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreException(StaleElementReferenceException.class)
        .until(
            () ->
                driver.findElements(By.cssSelector(css)).stream()
                    .anyMatch(element -> element.getText().contains(words)));
  }

  /** Number of elements like that. */
  public int count(String css) {
    return driver.findElements(By.cssSelector(css)).size();
  }

  /** Saves what is to be seen. */
  public void photograph(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What axe-core finds wrong with the page for people who cannot see, or use a keyboard. */
  @SuppressWarnings("unchecked")
  public List<String> barriers() {
    driver.executeScript(axe());
    Object found =
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations.map(v =>"
                + " v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' '"
                + " + (n.any[0] ? n.any[0].message : '')).join('; '))), e => done(['axe: ' + e]));");
    return (List<String>) found;
  }

  private static String axe() {
    try (InputStream script = Browser.class.getClassLoader().getResourceAsStream("axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
