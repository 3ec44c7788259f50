package org.homelab.autoscaler.testing.devices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.snmp4j.CommandResponder;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.MessageException;
import org.snmp4j.PDU;
import org.snmp4j.Snmp;
import org.snmp4j.mp.MPv1;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.StatusInformation;
import org.snmp4j.security.AuthHMAC192SHA256;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.USM;
import org.snmp4j.security.UsmUser;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/** A switched power distribution unit of APC's: an SNMP engine with a user and two communities. */
public final class SnmpFake implements Device {
  /** The community that may write. */
  public static final String COMMUNITY = "canary-private";

  /** The community that may only read. */
  public static final String READER = "canary-public";

  private static final String CONTROL = "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.4";
  private static final String WATTS = "1.3.6.1.4.1.318.1.1.26.9.4.3.1.7";
  private static final String ENERGY = "1.3.6.1.4.1.318.1.1.26.9.4.3.1.11";
  private static final String SIGNING = "canary-signing";
  private static final String HIDING = "canary-hiding";
  private static final long SLOWLY = 150;

  private final Snmp snmp;
  private final USM usm;
  private final int port;
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Fault fault = Fault.NONE;
  private final List<Integer> commands = new CopyOnWriteArrayList<>();
  private volatile boolean deafToCommands;
  private volatile boolean on;

  /** A unit whose outlet is off. */
  public SnmpFake() {
    var dispatcher = new MessageDispatcherImpl();
    dispatcher.addMessageProcessingModel(new MPv1());
    dispatcher.addMessageProcessingModel(new MPv2c());
    usm =
        new USM(
            new SecurityProtocols(SecurityProtocols.SecurityProtocolSet.maxCompatibility),
            new OctetString(MPv3.createLocalEngineID(new OctetString("pdu" + System.nanoTime()))),
            1);
    dispatcher.addMessageProcessingModel(new MPv3(usm));
    letIn(SIGNING);
    try {
      var transport =
          new DefaultUdpTransportMapping(new UdpAddress(InetAddress.getLoopbackAddress(), 0));
      snmp = new Snmp(dispatcher, transport);
      snmp.addCommandResponder(new Outlet());
      snmp.listen();
      port = transport.getListenAddress().getPort();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void letIn(String signing) {
    usm.removeAllUsers(new OctetString("homelab"));
    usm.addUser(
        new UsmUser(
            new OctetString("homelab"),
            AuthHMAC192SHA256.ID,
            new OctetString(signing),
            PrivAES128.ID,
            new OctetString(HIDING)));
  }

  /** Answers questions from now on, and no command. */
  public void beDeafToCommands() {
    deafToCommands = true;
  }

  /** The numbers that were written to the outlet, answered or not. */
  public List<Integer> commands() {
    return List.copyOf(commands);
  }

  @Override
  public String recipe() {
    return "pdu-snmp";
  }

  @Override
  public Map<String, String> parameters() {
    return Map.of(
        "host",
        "127.0.0.1",
        "port",
        "" + port,
        "outlet",
        "4",
        "user",
        "homelab",
        "wattsOid",
        WATTS,
        "energyOid",
        ENERGY);
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("authPassphrase", SIGNING, "privPassphrase", HIDING);
  }

  @Override
  public boolean asksFirst() {
    return true;
  }

  @Override
  public void fault(Fault next) {
    asked.set(0);
    fault = next;
    letIn(next == Fault.REFUSES_CREDENTIALS ? "somebody-elses" : SIGNING);
  }

  @Override
  public boolean on() {
    return on;
  }

  @Override
  public void turn(boolean to) {
    on = to;
  }

  @Override
  public String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    later.shutdownNow();
    try {
      snmp.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private final class Outlet implements CommandResponder {
    @Override
    public <A extends Address> void processPdu(CommandResponderEvent<A> event) {
      event.setProcessed(true);
      if (event.getPDU().getType() == PDU.SET) {
        commands.add(event.getPDU().getVariable(new OID(CONTROL)).toInt());
      }
      boolean silent =
          fault == Fault.STALLS
              || fault == Fault.DROPS
              || event.getPDU().getType() == PDU.SET && deafToCommands
              || !known(event);
      if (!silent) {
        later.schedule(
            () -> answer(event), fault == Fault.SLOW ? SLOWLY : 0, TimeUnit.MILLISECONDS);
      }
    }

    private boolean known(CommandResponderEvent<?> event) {
      String name = new OctetString(event.getSecurityName()).toString();
      return event.getSecurityModel() == SecurityModel.SECURITY_MODEL_USM
          || name.equals(COMMUNITY)
          || name.equals(READER);
    }

    private <A extends Address> void answer(CommandResponderEvent<A> event) {
      PDU answer = (PDU) event.getPDU().clone();
      boolean command = answer.getType() == PDU.SET;
      answer.setType(PDU.RESPONSE);
      VariableBinding what = answer.get(0);
      boolean reader = READER.equals(new OctetString(event.getSecurityName()).toString());
      if (fault == Fault.THIRD_TIME && asked.incrementAndGet() % 3 != 0) {
        answer.setErrorStatus(PDU.genErr);
      } else if (command && reader) {
        answer.setErrorStatus(PDU.noAccess);
      } else if (command) {
        if (what.getOid().equals(new OID(CONTROL)) && fault != Fault.LIES) {
          on = what.getVariable().toInt() != 2;
        }
      } else {
        what.setVariable(value(what.getOid()));
      }
      try {
        event
            .getMessageDispatcher()
            .returnResponsePdu(
                event.getMessageProcessingModel(),
                event.getSecurityModel(),
                event.getSecurityName(),
                event.getSecurityLevel(),
                answer,
                event.getMaxSizeResponsePDU(),
                event.getStateReference(),
                new StatusInformation());
      } catch (MessageException failure) {
        throw new IllegalStateException(failure);
      }
    }

    private Variable value(OID oid) {
      if (fault == Fault.LIES) {
        return new OctetString("<html>");
      }
      return switch (oid.toString()) {
        case CONTROL -> new Integer32(on ? 1 : 2);
        case WATTS + ".4" -> new Gauge32(on ? 61 : 0);
        case ENERGY + ".4" -> new Gauge32(125);
        default -> Null.noSuchInstance;
      };
    }
  }
}
