package io.tributary.reward;

import io.reactivex.Flowable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.BatchResponse;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.exceptions.ClientConnectionException;
import org.web3j.protocol.http.HttpService;
import org.web3j.protocol.websocket.events.Notification;

/**
 * Several endpoints of one chain as one: whoever answered last is asked first, and the next one
 * when it does not. Thread-safe.
 *
 * <p>Only silence moves on to the next endpoint. An answer that is an error is an answer. A
 * transaction that is sent twice this way is the same transaction, so it counts once.
 */
final class FailoverService implements Web3jService {
  private static final Logger LOG = LoggerFactory.getLogger(FailoverService.class);

  private final List<URI> names;
  private final OkHttpClient client;
  private final List<HttpService> endpoints;
  private final AtomicInteger preferred = new AtomicInteger();

  FailoverService(List<URI> names, Duration timeout) {
    this.names = names;
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(timeout)
            .readTimeout(timeout)
            .writeTimeout(timeout)
            .callTimeout(timeout)
            // It would ask a silent endpoint again and again until the timeout; the next is asked.
            .retryOnConnectionFailure(false)
            .build();
    this.endpoints = names.stream().map(name -> new HttpService(name.toString(), client)).toList();
  }

  @Override
  @SuppressWarnings("rawtypes") // as the interface has it
  public <T extends Response> T send(Request request, Class<T> type) throws IOException {
    int first = preferred.get();
    IOException silence = new IOException("no endpoint");
    for (int i = 0; i < endpoints.size(); i++) {
      int at = (first + i) % endpoints.size();
      try {
        T answer = endpoints.get(at).send(request, type);
        preferred.set(at);
        return answer;
      } catch (IOException | ClientConnectionException e) {
        LOG.atDebug().setCause(e).log("{} does not answer {}", names.get(at), request.getMethod());
        silence = e instanceof IOException io ? io : new IOException(e.getMessage(), e);
      }
    }
    throw new IOException(
        "none of " + names + " answers " + request.getMethod() + ": " + silence.getMessage(),
        silence);
  }

  @Override
  @SuppressWarnings("rawtypes") // as the interface has it
  public <T extends Response> CompletableFuture<T> sendAsync(Request request, Class<T> type) {
    throw new UnsupportedOperationException("callers bring their own threads");
  }

  @Override
  public BatchResponse sendBatch(BatchRequest batch) {
    throw new UnsupportedOperationException("one at a time");
  }

  @Override
  public CompletableFuture<BatchResponse> sendBatchAsync(BatchRequest batch) {
    throw new UnsupportedOperationException("one at a time");
  }

  @Override
  @SuppressWarnings("rawtypes") // as the interface has it
  public <T extends Notification<?>> Flowable<T> subscribe(
      Request request, String unsubscribeMethod, Class<T> type) {
    throw new UnsupportedOperationException("blocks are asked for");
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
