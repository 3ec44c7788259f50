package org.homelab.autoscaler.recipes;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Reads an answer as text, and gives up on one that is too long for any device. */
final class Bounded implements HttpResponse.BodySubscriber<String> {
  private static final long MOST = 1 << 20;

  private final HttpResponse.BodySubscriber<String> text =
      HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
  private Flow.Subscription subscription;
  private long read;

  private Bounded() {}

  static HttpResponse.BodyHandler<String> text() {
    return head -> new Bounded();
  }

  @Override
  public CompletionStage<String> getBody() {
    return text.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    text.onSubscribe(given);
  }

  @Override
  public void onNext(List<ByteBuffer> part) {
    read += part.stream().mapToLong(ByteBuffer::remaining).sum();
    if (read > MOST) {
      subscription.cancel();
      text.onError(new java.io.IOException("too long"));
      return;
    }
    text.onNext(part);
  }

  @Override
  public void onError(Throwable broken) {
    text.onError(broken);
  }

  @Override
  public void onComplete() {
    text.onComplete();
  }
}
