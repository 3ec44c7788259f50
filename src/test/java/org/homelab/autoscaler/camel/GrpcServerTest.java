package org.homelab.autoscaler.camel;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc.CloudProviderBlockingStub;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.homelab.autoscaler.testing.Authority;
import org.homelab.autoscaler.testing.Calls;
import org.homelab.autoscaler.testing.MountedSecret;
import org.homelab.autoscaler.testing.Ports;
import org.homelab.autoscaler.testing.TlsClient;
import org.homelab.autoscaler.testing.TlsClient.Handshake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server behind {@code grpc:}, in plaintext and with mutual TLS, over real connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcServerTest extends CamelTestSupport {
  private static final String HOST = "homelab-autoscaler.lab.svc";
  private static final String SERVICE =
      "/clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProvider?synchronous=true";
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final int plain = Ports.free();
  private final int secure = Ports.free();
  private final Authority servers = Authority.create("servers");
  private final Authority callers = Authority.create("callers");
  private final Authority.Issued caller = callers.issue("cluster-autoscaler");
  private final GrpcServerComponent component =
      new GrpcServerComponent(Duration.ofMillis(50), GRACE);
  private MountedSecret secret;
  private volatile CountDownLatch slow = new CountDownLatch(0);

  @BeforeAll
  void mount(@TempDir Path folder) {
    secret = new MountedSecret(folder).show(servers.issue(HOST), callers.pem());
  }

  @AfterEach
  void letGo() {
    slow.countDown();
  }

  @Override
  protected CamelContext createCamelContext() throws Exception {
    CamelContext context = super.createCamelContext();
    context.addComponent("grpc", component);
    context.getRegistry().bind("grpcErrors", new GrpcErrors());
    return context;
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        errorHandler(noErrorHandler());
        from("grpc:127.0.0.1:" + plain + SERVICE + "&maxMessageSize=4096")
            .routeId("plain")
            .toD("direct:rpc-${header.CamelGrpcMethodName}?block=false");
        from("grpc:127.0.0.1:"
                + secure
                + SERVICE
                + "&maxConnectionAge=1000&maxConnectionAgeGrace=5000&negotiationType=TLS"
                + "&keyCertChainResource=file:"
                + secret.certificate()
                + "&keyResource=file:"
                + secret.key()
                + "&trustCertCollectionResource=file:"
                + secret.clientAuthority())
            .routeId("secure")
            .toD("direct:rpc-${header.CamelGrpcMethodName}?block=false");
        from("direct:rpc-refresh").setBody(constant(RefreshResponse.getDefaultInstance()));
        from("direct:rpc-nodeGroups")
            .process(exchange -> slow.await())
            .setBody(constant(NodeGroupsResponse.getDefaultInstance()));
      }
    };
  }

  @Test
  void c130_plaintext_is_answered_where_it_is_asked_for() {
    try (Calls calls = new Calls(plaintext(plain))) {
      calls.refresh();
    }
  }

  @Test
  void c131_a_caller_of_the_authority_is_answered() {
    try (Calls calls = new Calls(client().channel(HOST))) {
      calls.refresh();
    }
  }

  @Test
  void c131_nobody_else_is() {
    Authority strangers = Authority.create("strangers");
    Instant longAgo = Instant.now().minus(Duration.ofDays(30));
    var expired = callers.issue("old", longAgo, Duration.ofDays(1), Authority.Algorithm.EC);
    assertThatThrownBy(() -> client(Optional.empty()).shakeHands()).isInstanceOf(IOException.class);
    for (Authority.Issued stranger : List.of(strangers.issue("cluster-autoscaler"), expired)) {
      TlsClient other = client(Optional.of(stranger));
      assertThatThrownBy(other::shakeHands).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> other.shakeHands("TLSv1.2")).isInstanceOf(IOException.class);
      assertRefused(other.channel(HOST));
    }
    assertRefused(plaintext(secure));
  }

  @Test
  void c132_the_host_of_the_address_must_be_a_name_of_the_certificate() {
    assertRefused(client().channel("somebody.else"));
  }

  @Test
  void c133_h2_is_agreed_on_and_nothing_older_than_tls_1_2() throws IOException {
    Handshake usual = client().shakeHands();
    assertThat(usual.application()).isEqualTo("h2");
    assertThat(usual.protocol()).isEqualTo("TLSv1.3");
    assertThat(client().shakeHands("TLSv1.2").application()).isEqualTo("h2");
    assertThatThrownBy(() -> client().shakeHands("TLSv1.1")).isInstanceOf(IOException.class);
  }

  @Test
  void c134_a_caller_recovers_from_a_restart_of_the_server() throws Exception {
    try (Calls calls = new Calls(client().channel(HOST))) {
      calls.refresh();
      context.getRouteController().stopRoute("secure");
      assertThat(calls.refusal().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      context.getRouteController().startRoute("secure");
      await().atMost(5, SECONDS).until(calls::answered);
    }
  }

  @Test
  void c135_c137_new_certificates_are_met_by_new_connections_and_no_call_fails() throws Exception {
    try (Calls calls = new Calls(client().channel(HOST))) {
      calls.begin(4);
      for (int i = 0; i < 3; i++) {
        Authority.Issued renewed = servers.issue(HOST);
        secret.show(renewed, callers.pem());
        await().until(() -> serial().equals(renewed.certificate().getSerialNumber()));
        long connections = calls.connections();
        await().until(() -> calls.connections() > connections);
        assertThat(component.certificateExpiry())
            .contains(renewed.certificate().getNotAfter().toInstant());
      }
      assertThat(calls.end()).as("failed calls").isEmpty();
      assertThat(calls.answers()).isGreaterThan(50);
    }
  }

  @Test
  void c137_the_authority_of_callers_is_renewed_too() throws Exception {
    Authority next = Authority.create("next");
    Authority.Issued own = servers.issue(HOST);
    TlsClient later = client(Optional.of(next.issue("cluster-autoscaler")));
    assertThatThrownBy(later::shakeHands).isInstanceOf(IOException.class);
    secret.show(own, callers.pem() + next.pem());
    await().ignoreException(IOException.class).until(() -> later.shakeHands() != null);
    client().shakeHands();
    secret.show(own, next.pem());
    await()
        .untilAsserted(
            () -> assertThatThrownBy(() -> client().shakeHands()).isInstanceOf(IOException.class));
    secret.show(own, callers.pem());
    await().ignoreException(IOException.class).until(() -> client().shakeHands() != null);
  }

  @Test
  void c138_unknown_fields_of_a_request_are_ignored() {
    UnknownFieldSet.Field text =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFromUtf8("of a later version"))
            .build();
    RefreshRequest request =
        RefreshRequest.newBuilder()
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(99, text).build())
            .build();
    try (Calls calls = new Calls(plaintext(plain))) {
      assertThat(calls.stub().refresh(request)).isEqualTo(RefreshResponse.getDefaultInstance());
    }
  }

  @Test
  void a_request_beyond_the_bound_is_refused_and_the_next_one_answered() {
    UnknownFieldSet.Field huge =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[5_000]))
            .build();
    RefreshRequest request =
        RefreshRequest.newBuilder()
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(99, huge).build())
            .build();
    try (Calls calls = new Calls(plaintext(plain))) {
      Status refused =
          catchThrowableOfType(StatusRuntimeException.class, () -> calls.stub().refresh(request))
              .getStatus();
      assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      calls.refresh();
    }
  }

  @Test
  void slow_calls_keep_no_other_call_waiting() {
    slow = new CountDownLatch(1);
    try (Calls calls = new Calls(plaintext(plain))) {
      List<CompletableFuture<NodeGroupsResponse>> waiting =
          IntStream.range(0, 40).mapToObj(i -> slowly(calls.stub())).toList();
      Instant before = Instant.now();
      calls.refresh();
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(2));
      slow.countDown();
      waiting.forEach(CompletableFuture::join);
    }
  }

  @Test
  void a_stop_lets_running_calls_finish() throws Exception {
    slow = new CountDownLatch(1);
    try (Calls calls = new Calls(plaintext(plain))) {
      calls.refresh();
      CompletableFuture<NodeGroupsResponse> running = slowly(calls.stub());
      await().until(() -> context.getInflightRepository().size("plain") == 1);
      CompletableFuture<Void> stop = CompletableFuture.runAsync(this::stopPlain);
      await().until(() -> !portIsOpen());
      assertThat(running).isNotDone();
      slow.countDown();
      assertThat(running.join()).isEqualTo(NodeGroupsResponse.getDefaultInstance());
      stop.join();
    } finally {
      context.getRouteController().startRoute("plain");
    }
  }

  @Test
  void a_stop_waits_no_longer_than_its_grace() throws Exception {
    slow = new CountDownLatch(1);
    try (Calls calls = new Calls(plaintext(plain))) {
      CompletableFuture<NodeGroupsResponse> running = slowly(calls.stub());
      await().until(() -> context.getInflightRepository().size("plain") == 1);
      CompletableFuture<Void> stop = CompletableFuture.runAsync(this::stopPlain);
      await().atMost(GRACE.plusSeconds(3)).until(running::isCompletedExceptionally);
      slow.countDown();
      stop.join();
    } finally {
      context.getRouteController().startRoute("plain");
    }
  }

  @ParameterizedTest
  @EnumSource
  void keys_of_both_kinds_serve(Authority.Algorithm algorithm) throws IOException {
    Authority.Issued own = servers.issue(HOST, Instant.now(), Duration.ofDays(1), algorithm);
    secret.show(own, callers.pem());
    await().until(() -> serial().equals(own.certificate().getSerialNumber()));
    assertThat(client().shakeHands("TLSv1.2").serial())
        .isEqualTo(own.certificate().getSerialNumber());
  }

  private CompletableFuture<NodeGroupsResponse> slowly(CloudProviderBlockingStub stub) {
    return CompletableFuture.supplyAsync(
        () -> stub.nodeGroups(NodeGroupsRequest.getDefaultInstance()),
        runnable -> new Thread(runnable).start());
  }

  private void stopPlain() {
    try {
      context.getRouteController().stopRoute("plain");
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private boolean portIsOpen() {
    try (var socket = new java.net.Socket("127.0.0.1", plain)) {
      return socket.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  private BigInteger serial() throws IOException {
    return client().shakeHands().serial();
  }

  private TlsClient client() {
    return client(Optional.of(caller));
  }

  private TlsClient client(Optional<Authority.Issued> own) {
    return new TlsClient(secure, servers.pem(), own);
  }

  private static ManagedChannel plaintext(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  private static void assertRefused(ManagedChannel channel) {
    try (Calls calls = new Calls(channel)) {
      assertThat(calls.refusal().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }
}
