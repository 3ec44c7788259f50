package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Connects to the cluster of the current kubeconfig, or of the pod that this runs in. */
public final class Connection {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /** Ten, the usual, keep a worker in one request for minutes while the API is away. */
  private static final int RETRIES = 3;

  private Connection() {}

  /** A kubeconfig that is named but not there. */
  public static final class NoKubeconfig extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoKubeconfig(String files) {
      super("KUBECONFIG=" + files + " names no file that is there: fix it, or unset it in a pod");
    }
  }

  /**
   * A client for that cluster; whether it answers shows with the first request.
   *
   * @throws NoKubeconfig if a kubeconfig is named but not there
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the credentials cannot be
   *     read
   */
  public static KubernetesClient open() {
    return open(new ApiCalls());
  }

  /**
   * Like {@link #open()}.
   *
   * @param calls is told of what the client asks
   */
  public static KubernetesClient open(ApiCalls calls) {
    checkKubeconfig(System.getenv("KUBECONFIG"));
    Config config = Config.autoConfigure(null);
    if (Objects.equals(
        config.getRequestRetryBackoffLimit(), Config.DEFAULT_REQUEST_RETRY_BACKOFFLIMIT)) {
      config.setRequestRetryBackoffLimit(RETRIES);
    }
    if (config.getClientKeyAlgo() == null) {
      pem(config).filter(Connection::elliptic).ifPresent(key -> config.setClientKeyAlgo("EC"));
    }
    return of(config, calls);
  }

  /**
   * A client of that configuration.
   *
   * @param calls is told of what the client asks
   */
  public static KubernetesClient of(Config config, ApiCalls calls) {
    return of(config, Map.of(ApiCalls.NAME, calls));
  }

  /** A client of that configuration, with these interceptors by name. */
  static KubernetesClient of(Config config, Map<String, Interceptor> interceptors) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientBuilderConsumer(http -> interceptors.forEach(http::addOrReplaceInterceptor))
        .build();
  }

  private static void checkKubeconfig(String files) {
    boolean named = files != null && !files.isBlank();
    if (named
        && Stream.of(files.split(File.pathSeparator)).map(Path::of).noneMatch(Files::isReadable)) {
      throw new NoKubeconfig(files);
    }
  }

  private static Optional<String> pem(Config config) {
    try {
      if (config.getClientKeyData() != null) {
        byte[] decoded = Base64.getDecoder().decode(config.getClientKeyData());
        return Optional.of(new String(decoded, StandardCharsets.US_ASCII));
      }
      return config.getClientKeyFile() == null
          ? Optional.empty()
          : Optional.of(Files.readString(Path.of(config.getClientKeyFile())));
    } catch (IOException | IllegalArgumentException leftToTheClientToReport) {
      return Optional.empty();
    }
  }

  /** The PEM header of PKCS#8 does not say which algorithm; the client then takes it for RSA. */
  private static boolean elliptic(String pem) {
    int begin = pem.indexOf(BEGIN);
    int end = pem.indexOf(END);
    if (begin < 0 || end < begin) {
      return false;
    }
    try {
      byte[] key = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
      KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
      return true;
    } catch (GeneralSecurityException | IllegalArgumentException another) {
      return false;
    }
  }
}
