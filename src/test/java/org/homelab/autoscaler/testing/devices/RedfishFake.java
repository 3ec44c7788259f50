package org.homelab.autoscaler.testing.devices;

import java.util.Map;
import java.util.Optional;

/** A management controller over TLS with a certificate of its own and one system. */
public final class RedfishFake extends HttpFake {
  private static final String PASSWORD = "canary-redfish'\n";
  private static final String SYSTEM = "/redfish/v1/Systems/437XR1138R2";

  private final TestCertificate certificate;
  private final boolean pinned;
  private volatile boolean goingDown;

  public RedfishFake(boolean pinned) {
    this(TestCertificate.forAddress("127.0.0.1"), pinned);
  }

  private RedfishFake(TestCertificate certificate, boolean pinned) {
    super(Optional.of(certificate));
    this.certificate = certificate;
    this.pinned = pinned;
  }

  /** Lets the system begin to power off, or be done with that. */
  public void goingDown(boolean begins) {
    goingDown = begins;
    turn(begins);
  }

  @Override
  Reply reply(Request request) {
    if (!request.basic("root", PASSWORD)) {
      return new Reply(401, "");
    }
    if (request.path().equals("/redfish/v1/Systems")) {
      return new Reply(200, "{\"Members\":[{\"@odata.id\":\"" + SYSTEM + "\"}]}");
    }
    if (request.path().equals(SYSTEM) && request.method().equals("GET")) {
      return new Reply(
          200,
          ("{\"PowerState\":\"%s\",\"Links\":{\"Chassis\":[{\"@odata.id\":\"/redfish/v1/Chassis/1\"}]},\"Actions\":{\"#ComputerSystem.Reset\":{\"ResetType@Redfish.AllowableValues\":[\"On\",\"ForceRestart\"],\"target\":"
                  + "\"%s/Actions/ComputerSystem.Reset\"}}}")
              .formatted(goingDown ? "PoweringOff" : on() ? "On" : "Off", SYSTEM));
    }
    if (request.path().equals("/redfish/v1/Chassis/1")) {
      return new Reply(
          200,
          pinned
              ? "{\"Power\":{\"@odata.id\":\"/redfish/v1/Chassis/1/Power\"}}"
              : "{\"EnvironmentMetrics\":{\"@odata.id\":\"/redfish/v1/Chassis/1/EnvironmentMetrics\"}}");
    }
    if (request.path().equals("/redfish/v1/Chassis/1/Power")) {
      return new Reply(200, "{\"PowerControl\":[{\"PowerConsumedWatts\":61}]}");
    }
    if (request.path().equals("/redfish/v1/Chassis/1/EnvironmentMetrics")) {
      return new Reply(200, "{\"PowerWatts\":{\"Reading\":61.5}}");
    }
    return request.method().equals("POST") ? reset(request) : new Reply(404, "");
  }

  private Reply reset(Request request) {
    if (request.body().equals("{\"ResetType\":\"ForceRestart\"}")) {
      return new Reply(204, "");
    }
    boolean wanted = request.body().equals("{\"ResetType\":\"On\"}");
    if (wanted == on()) {
      return new Reply(409, "{\"error\":{\"code\":\"Base.1.8.NoOperation\"}}");
    }
    turn(wanted);
    return new Reply(204, "");
  }

  @Override
  public String recipe() {
    return "redfish";
  }

  @Override
  public Map<String, String> parameters() {
    return pinned
        ? Map.of(
            "host", "127.0.0.1", "port", "" + port(), "tlsFingerprint", certificate.fingerprint())
        : Map.of("host", "127.0.0.1", "port", "" + port(), "caCertificates", certificate.pem());
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("password", PASSWORD);
  }
}
