package io.tributary.origin.chain.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.RpcEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What tests of clients need: threads, a clock that stands still, and nodes; closed at the end. */
public final class ClientFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ExecutorService executor = Executors.newFixedThreadPool(4);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

  public <T extends LoopbackNode> T node(T node) {
    opened.push(node);
    return node;
  }

  public RpcClient client(RpcLimits limits, LoopbackNode... nodes) {
    return client(
        limits, Arrays.stream(nodes).map(LoopbackNode::endpoint).toArray(RpcEndpoint[]::new));
  }

  public RpcClient client(RpcLimits limits, RpcEndpoint... endpoints) {
    RpcObserver observer =
        (endpoint, failure, rest) ->
            events.add(endpoint + " " + failure.reason() + " " + rest.toSeconds() + " s");
    InstantSource clock = () -> now;
    RpcClient client = new RpcClient(List.of(endpoints), limits, executor, timer, clock, observer);
    opened.push(client);
    return client;
  }

  public void pass(Duration time) {
    now = now.plus(time);
  }

  /** Returns what the observer heard, in words. */
  public List<String> events() {
    return events;
  }

  /** Waits for a value. */
  public static <T> T await(CompletableFuture<T> future) {
    T value = future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (value == null) {
      throw new AssertionError("the future has no value");
    }
    return value;
  }

  /** Waits for a failure, which must be a typed one. */
  public static ChainException failure(CompletableFuture<?> future) {
    Throwable failure = catchThrowable(() -> await(future));
    if (failure != null && failure.getCause() instanceof ChainException chain) {
      return chain;
    }
    throw new AssertionError("not a ChainException", failure);
  }

  /** Returns an address at which nobody listens. */
  public static RpcEndpoint nobody(String scheme) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return RpcEndpoint.parse(scheme + "://127.0.0.1:" + socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes everything and checks that no thread is left behind. */
  public void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
    timer.shutdownNow();
    executor.shutdownNow();
    assertThat(executor.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("a thread is stuck")
        .isTrue();
  }
}
