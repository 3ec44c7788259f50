package org.homelab.autoscaler.recipes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snmp4j.CommunityTarget;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;
import org.snmp4j.Snmp;
import org.snmp4j.Target;
import org.snmp4j.UserTarget;
import org.snmp4j.event.ResponseEvent;
import org.snmp4j.mp.MPv1;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.security.AuthHMAC192SHA256;
import org.snmp4j.security.AuthHMAC384SHA512;
import org.snmp4j.security.AuthMD5;
import org.snmp4j.security.AuthSHA;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.PrivAES256;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.USM;
import org.snmp4j.security.UsmUser;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/** Questions to one SNMP agent and its answers. */
final class SnmpSession implements AutoCloseable {
  private static final int SHORTEST_PASSPHRASE = 8;
  private static final Set<Integer> BUSY = Set.of(PDU.genErr, PDU.resourceUnavailable);
  private static final Set<Integer> NOT_ALLOWED =
      Set.of(PDU.noAccess, PDU.authorizationError, PDU.readOnly, PDU.notWritable);
  private static final Map<String, OID> AUTHENTICATION =
      Map.of(
          "SHA-256", AuthHMAC192SHA256.ID,
          "SHA-512", AuthHMAC384SHA512.ID,
          "SHA", AuthSHA.ID,
          "MD5", AuthMD5.ID);
  private static final Map<String, OID> PRIVACY =
      Map.of("AES-128", PrivAES128.ID, "AES-256", PrivAES256.ID);

  private final Call call;
  private final Snmp snmp;
  private final Target<UdpAddress> target;

  /**
   * Opens a socket of our own; nothing is sent yet.
   *
   * @throws RecipeFailure.NotTaken if the parameters or secrets cannot be used
   */
  SnmpSession(Call call) {
    this.call = call;
    var dispatcher = new MessageDispatcherImpl();
    dispatcher.addMessageProcessingModel(new MPv1());
    dispatcher.addMessageProcessingModel(new MPv2c());
    target = call.text("version").equals("3") ? user(dispatcher) : community();
    target.setAddress(address());
    target.setTimeout(call.seconds("timeLimit").toMillis());
    target.setRetries(0);
    try {
      snmp = new Snmp(dispatcher, new DefaultUdpTransportMapping(new UdpAddress(0)));
      snmp.listen();
    } catch (IOException unopened) {
      throw call.notTaken(device(call), "no socket can be opened here");
    }
  }

  /** How the unit appears in messages. */
  static String device(Call call) {
    return "SNMP agent " + call.text("host") + ":" + call.text("port");
  }

  private UdpAddress address() {
    try {
      return new UdpAddress(InetAddress.getByName(call.text("host")), call.number("port"));
    } catch (UnknownHostException unknown) {
      throw call.notTaken(device(call), "cannot be reached: there is no such name; fix host");
    }
  }

  private Target<UdpAddress> community() {
    String community = call.secret("community").strip();
    if (community.isEmpty()) {
      throw call.notTaken(device(call), "write community into the Secret of secretRef");
    }
    var made = new CommunityTarget<UdpAddress>();
    made.setCommunity(new OctetString(community));
    made.setVersion(
        call.text("version").equals("1") ? SnmpConstants.version1 : SnmpConstants.version2c);
    return made;
  }

  private Target<UdpAddress> user(MessageDispatcherImpl dispatcher) {
    String signing = call.secret("authPassphrase").strip();
    String hiding =
        Optional.of(call.secret("privPassphrase").strip())
            .filter(given -> !given.isEmpty())
            .orElse(signing);
    if (signing.length() < SHORTEST_PASSPHRASE || hiding.length() < SHORTEST_PASSPHRASE) {
      throw call.notTaken(
          device(call),
          "authPassphrase and privPassphrase in the Secret of secretRef need 8 characters and more");
    }
    OID privacy = PRIVACY.get(call.text("privacy"));
    var name = new OctetString(call.text("user"));
    var engine = new byte[12];
    new SecureRandom().nextBytes(engine);
    var protocols = new SecurityProtocols(SecurityProtocols.SecurityProtocolSet.maxCompatibility);
    var usm =
        new USM(protocols, new OctetString(MPv3.createLocalEngineID(new OctetString(engine))), 0);
    usm.addUser(
        new UsmUser(
            name,
            AUTHENTICATION.get(call.text("authentication")),
            new OctetString(signing),
            privacy,
            privacy == null ? null : new OctetString(hiding)));
    dispatcher.addMessageProcessingModel(new MPv3(usm));
    var made = new UserTarget<UdpAddress>();
    made.setSecurityName(name);
    made.setSecurityLevel(privacy == null ? SecurityLevel.AUTH_NOPRIV : SecurityLevel.AUTH_PRIV);
    made.setVersion(SnmpConstants.version3);
    return made;
  }

  /**
   * The number that stands there; empty where something else does.
   *
   * @throws RecipeFailure.NotTaken if there is no answer or a refusal
   */
  Optional<Long> get(String oid) {
    Variable value =
        ask(PDU.GET, new VariableBinding(new OID(oid)), call.number("tries"))
            .getVariable(new OID(oid));
    boolean number =
        value instanceof Integer32
            || value instanceof UnsignedInteger32
            || value instanceof Counter64;
    return number ? Optional.of(value.toLong()) : Optional.empty();
  }

  /**
   * Writes a number.
   *
   * @param tries how often it may be sent; once where twice would do more
   * @throws RecipeFailure.NotTaken if it was refused
   * @throws RecipeFailure if there is no answer
   */
  void set(String oid, int number, int tries) {
    ask(PDU.SET, new VariableBinding(new OID(oid), new Integer32(number)), tries);
  }

  private PDU ask(int type, VariableBinding what, int tries) {
    RecipeFailure last = null;
    boolean unclear = false;
    for (int attempt = 1; attempt <= tries; attempt++) {
      call.stillWanted(device(call));
      PDU answer = once(type, what);
      if (answer == null) {
        last = silent(type);
        unclear |= type == PDU.SET;
        continue;
      }
      if (answer.getType() == PDU.REPORT) {
        throw stranger(type);
      }
      if (answer.getErrorStatus() == PDU.noError) {
        return answer;
      }
      last = refused(answer);
      if (!BUSY.contains(answer.getErrorStatus())) {
        break;
      }
      Http.rest(call);
    }
    throw unclear ? new RecipeFailure(last.getMessage()) : last;
  }

  private PDU once(int type, VariableBinding what) {
    PDU question = target.getVersion() == SnmpConstants.version3 ? new ScopedPDU() : new PDU();
    question.setType(type);
    question.add(what);
    try {
      ResponseEvent<UdpAddress> answer = snmp.send(question, target);
      return answer == null ? null : answer.getResponse();
    } catch (IOException unsent) {
      throw call.notTaken(device(call), "cannot be reached; check host and its network");
    }
  }

  private RecipeFailure silent(int type) {
    String what = "no answer within " + call.text("timeLimit") + " s";
    return type == PDU.SET
        ? call.unclear(device(call), what)
        : call.notTaken(
            device(call),
            "cannot be reached: "
                + what
                + "; check host, port, version, and that SNMP is on and lets us in (a wrong community or"
                + " privPassphrase is answered by silence)");
  }

  /** Not signed, so of a command it proves nothing: the question before it was answered. */
  private RecipeFailure stranger(int type) {
    String what =
        "refused the credentials; check user, authentication, privacy and the Secret of secretRef";
    return type == PDU.SET ? call.unclear(device(call), what) : call.notTaken(device(call), what);
  }

  private RecipeFailure refused(PDU answer) {
    int status = answer.getErrorStatus();
    if (NOT_ALLOWED.contains(status)) {
      return call.notTaken(
          device(call), "may not be written by us; give user or community the right to write");
    }
    return call.notTaken(
        device(call),
        status == PDU.noSuchName
            ? "has no such outlet, or lets us not write; check controlOid, outlet and our rights"
            : "answered " + answer.getErrorStatusText());
  }

  @Override
  public void close() {
    try {
      snmp.close();
    } catch (IOException closed) {
      // The socket is gone either way.
      return;
    }
  }
}
