package io.tributary.libp2p.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A js-libp2p peer in its own process, told what to do line by line; {@code src/test/js/peer.mjs}
 * says which commands, flags, events and protocols there are.
 *
 * <p>Safe for use from any thread. Ends with {@link #close}, or when this process does.
 */
public final class JsPeer implements AutoCloseable {
  /** How long a command may take if nothing else is said. */
  public static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final int MAX_EVENTS = 10_000;
  private static final int MAX_ERROR_CHARS = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedWriter stdin;
  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new ArrayList<>();
  private final StringBuilder errors = new StringBuilder();
  private volatile boolean ended;
  private @Nullable JsonNode ready;

  private JsPeer(Process process) {
    this.process = process;
    this.stdin =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    daemon("js-peer-errors", () -> readErrors(process.getErrorStream()));
    daemon("js-peer-lines", () -> readLines(process.getInputStream()));
  }

  /** Starts a peer that listens on nothing, without waiting until it has started. */
  public static JsPeer start(String... flags) {
    try {
      Path folder = JsInstall.folder();
      List<String> command =
          new ArrayList<>(List.of("node", "--import", "./polyfill.mjs", "peer.mjs"));
      command.addAll(List.of(flags));
      Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
      return new JsPeer(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a peer that listens on a free port of loopback, by TCP. */
  public static JsPeer listenTcp(String... flags) {
    return listen("/ip4/127.0.0.1/tcp/0", flags);
  }

  /** Starts a peer that listens on a free port of loopback, by QUIC. */
  public static JsPeer listenQuic(String... flags) {
    return listen("/ip4/127.0.0.1/udp/0/quic-v1", flags);
  }

  private static JsPeer listen(String address, String... flags) {
    List<String> all = new ArrayList<>(List.of("--listen", address));
    all.addAll(List.of(flags));
    return start(all.toArray(String[]::new));
  }

  /** Returns its name, once it has started. */
  public PeerId peerId() {
    return PeerId.parse(ready().get("peer").asText());
  }

  /** Returns where it listened when it had started, each with its peer id. */
  public List<Multiaddr> addresses() {
    List<Multiaddr> addresses = new ArrayList<>();
    ready().get("addresses").forEach(text -> addresses.add(Multiaddr.parse(text.asText())));
    return List.copyOf(addresses);
  }

  private synchronized JsonNode ready() {
    JsonNode known = ready;
    if (known == null) {
      known = awaitEvent("ready");
      ready = known;
    }
    return known;
  }

  /** Returns the first address it listens on. */
  public Multiaddr address() {
    return addresses().get(0);
  }

  /**
   * Lets the peer do something and returns its answer.
   *
   * @param command the name of a command
   * @param arguments names and values in turn
   * @throws JsPeerException if it says that it failed, or ends
   */
  public JsonNode call(String command, Object... arguments) {
    return call(TIMEOUT, command, arguments);
  }

  /** Does what {@link #call(String, Object...)} does, with another time limit. */
  public JsonNode call(Duration timeout, String command, Object... arguments) {
    CompletableFuture<JsonNode> answer = callAsync(command, arguments);
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new JsPeerException(command + ": " + cause.getMessage() + context());
    } catch (TimeoutException e) {
      throw new JsPeerException(command + " gave no answer within " + timeout + context());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JsPeerException(command + " was interrupted");
    }
  }

  /** Lets the peer do something; the answer comes later. */
  public CompletableFuture<JsonNode> callAsync(String command, Object... arguments) {
    long id = lastId.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("cmd", command);
    for (int i = 0; i < arguments.length; i += 2) {
      Object value = arguments[i + 1];
      boolean plain = value instanceof Number || value instanceof Boolean;
      message.set((String) arguments[i], JSON.valueToTree(plain ? value : value.toString()));
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    try {
      synchronized (stdin) {
        stdin.write(message.toString());
        stdin.write('\n');
        stdin.flush();
      }
    } catch (IOException e) {
      waiting.remove(id);
      answer.completeExceptionally(new JsPeerException("the peer has ended" + context()));
    }
    if (ended) {
      failAll();
    }
    return answer;
  }

  /** Connects to an address or, if it knows one, a peer; returns what the connection is like. */
  public JsonNode dial(Object to) {
    return call("dial", "to", to);
  }

  /** Waits for an event of a name, past or future, and takes it away. */
  public JsonNode awaitEvent(String name) {
    return awaitEvent(event -> event.get("event").asText().equals(name), TIMEOUT);
  }

  /** Waits for an event, past or future, and takes it away. */
  public JsonNode awaitEvent(Predicate<JsonNode> wanted, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (events) {
      while (true) {
        for (int i = 0; i < events.size(); i++) {
          if (wanted.test(events.get(i))) {
            return events.remove(i);
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0 || ended) {
          throw new JsPeerException("the event did not come within " + timeout + context());
        }
        try {
          events.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new JsPeerException("interrupted while waiting for an event");
        }
      }
    }
  }

  /** Waits until the process has ended, as it does after the command {@code stop}. */
  public void awaitEnd() {
    process.onExit().orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** Ends the process, first by asking it. */
  @Override
  public void close() {
    try {
      synchronized (stdin) {
        stdin.close(); // at which it exits
      }
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    failAll();
  }

  private void readLines(InputStream in) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(JSON.readTree(line));
      }
    } catch (IOException e) {
      addError(e.toString());
    } finally {
      failAll();
    }
  }

  private void take(JsonNode message) {
    if (message.has("event")) {
      synchronized (events) {
        if (events.size() == MAX_EVENTS) {
          events.remove(0);
        }
        events.add(message);
        events.notifyAll();
      }
      return;
    }
    CompletableFuture<JsonNode> answer = waiting.remove(message.get("id").asLong());
    if (answer == null) {
      addError("an answer that nobody waits for: " + message);
    } else if (message.has("error")) {
      answer.completeExceptionally(new JsPeerException(message.get("error").asText()));
    } else {
      answer.complete(message.get("ok"));
    }
  }

  private void failAll() {
    ended = true;
    for (Long id : List.copyOf(waiting.keySet())) {
      CompletableFuture<JsonNode> answer = waiting.remove(id);
      if (answer != null) {
        answer.completeExceptionally(new JsPeerException("the peer has ended" + context()));
      }
    }
    synchronized (events) {
      events.notifyAll();
    }
  }

  private void readErrors(InputStream in) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        addError(line);
      }
    } catch (IOException e) {
      addError(e.toString());
    }
  }

  private void addError(String line) {
    synchronized (errors) {
      errors.append(line).append('\n');
      errors.delete(0, Math.max(0, errors.length() - MAX_ERROR_CHARS));
    }
  }

  private String context() {
    synchronized (errors) {
      return errors.isEmpty() ? "" : "; its stderr: " + errors;
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
