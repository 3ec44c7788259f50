package org.homelab.autoscaler.energy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.homelab.autoscaler.fleet.Price;

/**
 * What a kilowatt hour costs, by the hour of the day: {@code 0.32} for a flat price, {@code 0.32;
 * 22:00-06:00=0.19; 06:00-07:00=0.25} for others at times. The first time that fits counts; one
 * that ends before it begins goes past midnight.
 *
 * @param flat price where no other fits
 * @param zone whose clocks the times are told by
 */
public record Tariff(BigDecimal flat, List<Window> windows, ZoneId zone) {
  /** What to write. */
  public static final String HELP =
      "write a price per kilowatt hour, such as 0.32, and other prices for times of the day behind"
          + " it, such as 0.32; 22:00-06:00=0.19";

  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
  private static final Pattern WINDOW =
      Pattern.compile("(\\d{2}:\\d{2})-(\\d{2}:\\d{2})=(\\d+(?:\\.\\d+)?)");
  private static final Pattern PRICE = Pattern.compile("\\d+(\\.\\d+)?");

  public Tariff {
    windows = List.copyOf(windows);
  }

  /** A time of the day and its price. */
  public record Window(LocalTime from, LocalTime until, BigDecimal price) {
    boolean holds(LocalTime time) {
      return from.isBefore(until)
          ? !time.isBefore(from) && time.isBefore(until)
          : !time.isBefore(from) || time.isBefore(until);
    }
  }

  /**
   * Reads a tariff.
   *
   * @throws IllegalArgumentException if it is none; the message says what to write
   */
  public static Tariff parse(String text, ZoneId zone) {
    String[] parts = text.split(";");
    if (!PRICE.matcher(parts[0].strip()).matches()) {
      throw refused(text);
    }
    List<Window> windows = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      Matcher window = WINDOW.matcher(parts[i].strip());
      if (!window.matches()) {
        throw refused(text);
      }
      windows.add(
          new Window(
              time(window.group(1), text),
              time(window.group(2), text),
              new BigDecimal(window.group(3))));
    }
    return new Tariff(new BigDecimal(parts[0].strip()), windows, zone);
  }

  private static LocalTime time(String text, String whole) {
    try {
      return LocalTime.parse(text);
    } catch (java.time.DateTimeException noTime) {
      throw refused(whole);
    }
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(HELP + ", not \"" + text + "\"");
  }

  /** Price of a kilowatt hour at that time. */
  public BigDecimal at(Instant time) {
    LocalTime local = LocalTime.ofInstant(time, zone);
    return windows.stream()
        .filter(window -> window.holds(local))
        .findFirst()
        .map(Window::price)
        .orElse(flat);
  }

  /**
   * What an hour of a machine costs at that time: what it draws when it is busy. What its owner
   * says of its pods still holds.
   */
  public Price priced(Watts watts, Optional<Price> declared, Instant time) {
    BigDecimal hour =
        at(time).multiply(BigDecimal.valueOf(watts.busy())).divide(THOUSAND, MathContext.DECIMAL64);
    return new Price(hour, declared.map(Price::podRate).orElse(BigDecimal.ZERO));
  }
}
