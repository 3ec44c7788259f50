package org.homelab.autoscaler.testing.devices;

import java.util.Map;
import java.util.Optional;

/** A Proxmox host with one virtual machine, over TLS with a certificate of its own. */
public final class ProxmoxFake extends HttpFake {
  private static final String TOKEN = "canary-proxmox-0b6f-4e0c";
  private static final String MACHINE = "/api2/json/nodes/pve1/qemu/104/status/";

  private final TestCertificate certificate;

  public ProxmoxFake() {
    this(TestCertificate.forAddress("127.0.0.1"));
  }

  private ProxmoxFake(TestCertificate certificate) {
    super(Optional.of(certificate));
    this.certificate = certificate;
  }

  @Override
  Reply reply(Request request) {
    if (!request.header("Authorization").equals("PVEAPIToken=root@pam!homelab=" + TOKEN)) {
      return new Reply(401, "");
    }
    if (request.path().equals(MACHINE + "current")) {
      return new Reply(
          200, "{\"data\":{\"vmid\":104,\"status\":\"" + (on() ? "running" : "stopped") + "\"}}");
    }
    boolean wanted = request.path().equals(MACHINE + "start");
    if (!request.method().equals("POST") || wanted == on()) {
      return new Reply(500, "{\"data\":null}");
    }
    turn(wanted);
    return new Reply(200, "{\"data\":\"UPID:pve1:0003:qmstart:104:root@pam!homelab:\"}");
  }

  @Override
  public String recipe() {
    return "proxmox";
  }

  @Override
  public Map<String, String> parameters() {
    return Map.of(
        "host", "127.0.0.1",
        "port", "" + port(),
        "node", "pve1",
        "vmid", "104",
        "tokenId", "root@pam!homelab",
        "tlsFingerprint", certificate.fingerprint());
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("token", TOKEN);
  }
}
