package org.homelab.autoscaler.testing;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Somebody who calls a port of 127.0.0.1 with TLS, as the Cluster Autoscaler does.
 *
 * @param trusted the authority of servers, PEM
 * @param own the certificate shown to them, if any
 */
public record TlsClient(int port, String trusted, Optional<Authority.Issued> own) {

  /** What a handshake came to. */
  public record Handshake(BigInteger serial, String protocol, String application) {}

  /** A channel to the server under that name. */
  public ManagedChannel channel(String host) {
    try {
      SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(stream(trusted));
      own.ifPresent(issued -> tls.keyManager(stream(issued.pem()), stream(issued.keyPem())));
      return NettyChannelBuilder.forAddress("127.0.0.1", port)
          .overrideAuthority(host)
          .sslContext(tls.build())
          .build();
    } catch (SSLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /**
   * Shakes hands on a new connection, and waits for the server to accept it.
   *
   * @param protocols such as {@code TLSv1.2}; none for what Java offers
   * @throws IOException if either side refuses
   */
  public Handshake shakeHands(String... protocols) throws IOException {
    try (var socket = (SSLSocket) context().getSocketFactory().createSocket("127.0.0.1", port)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      if (protocols.length > 0) {
        parameters.setProtocols(protocols);
      }
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(5_000);
      socket.startHandshake();
      // With TLS 1.3 a refusal of our certificate comes after our side is done; the server's
      // settings frame comes only without one.
      if (socket.getInputStream().read() < 0) {
        throw new IOException("the server hung up");
      }
      var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return new Handshake(
          shown.getSerialNumber(),
          socket.getSession().getProtocol(),
          socket.getApplicationProtocol());
    }
  }

  private SSLContext context() {
    try {
      KeyStore authorities = emptyStore();
      authorities.setCertificateEntry(
          "trusted", CertificateFactory.getInstance("X.509").generateCertificate(stream(trusted)));
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private KeyManager[] keys() throws GeneralSecurityException, IOException {
    if (own.isEmpty()) {
      return new KeyManager[0];
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "own", own.get().key(), new char[0], new X509Certificate[] {own.get().certificate()});
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    return keys.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }
}
