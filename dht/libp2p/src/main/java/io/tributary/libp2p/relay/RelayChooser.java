package io.tributary.libp2p.relay;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.multiformats.AddressComponent;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.transport.TransportListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a place at a few near relays as long as it is on: measures the round trip to candidates,
 * reserves at the nearest that will have this host, and looks for another one when a place is lost.
 * A relay that refused or failed is left alone for a while. Thread-safe; works on the thread of its
 * {@link Timekeeper}.
 */
public final class RelayChooser implements AutoCloseable {

  /**
   * How it chooses.
   *
   * @param wanted at how many relays to have a place; at most {@link RelayClient#MAX_PLACES}
   * @param tried how many candidates to measure at a time
   * @param probe how long reaching and measuring a candidate may take
   * @param pause how long to wait before looking again when there are too few
   * @param holdOff how long a relay that refused or failed is left alone
   */
  public record Options(int wanted, int tried, Duration probe, Duration pause, Duration holdOff) {

    /** The most candidates measured at a time. */
    public static final int MAX_TRIED = 32;

    public Options {
      if (wanted < 1 || wanted > RelayClient.MAX_PLACES || tried < wanted || tried > MAX_TRIED) {
        throw new IllegalArgumentException("wanted " + wanted + ", tried " + tried);
      }
    }

    /** 2 of 8, 10 s, every minute, 10 min. */
    public static Options defaults() {
      return new Options(
          2, 8, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10));
    }
  }

  /** How many relays are remembered for having failed; the first to have failed goes first. */
  private static final int MAX_HELD_OFF = 256;

  private record Measured(PeerId relay, Multiaddr address, Duration roundTrip) {}

  private final Host host;
  private final RelayCandidates candidates;
  private final Options options;
  private final Timekeeper time;
  private final Map<PeerId, TransportListener> places = new LinkedHashMap<>();
  private final Map<PeerId, Instant> heldOff =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Instant> eldest) {
          return size() > MAX_HELD_OFF;
        }
      };
  private boolean on;
  private boolean looking;
  private Timekeeper.@Nullable Timer again;

  /**
   * A chooser that is off.
   *
   * @param host which has a {@link RelayClient}
   */
  public RelayChooser(Host host, RelayCandidates candidates, Options options, Timekeeper time) {
    this.host = host;
    this.candidates = candidates;
    this.options = options;
    this.time = time;
  }

  /** Begins to look for relays. */
  public void open() {
    time.execute(
        () -> {
          if (!on) {
            on = true;
            look();
          }
        });
  }

  /** Gives all places up that it has chosen. */
  @Override
  public void close() {
    time.execute(
        () -> {
          on = false;
          cancelTimer();
          List.copyOf(places.values()).forEach(TransportListener::close);
        });
  }

  private void cancelTimer() {
    if (again != null) {
      again.cancel();
      again = null;
    }
  }

  private void look() {
    if (!on || looking || places.size() >= options.wanted()) {
      return;
    }
    looking = true;
    cancelTimer();
    candidates
        .find(options.tried() + places.size())
        .addListener(
            (Future<List<RelayCandidate>> found) ->
                time.execute(
                    () -> {
                      if (found.isSuccess()) {
                        measure(found.getNow());
                      } else {
                        rest();
                      }
                    }));
  }

  private void measure(List<RelayCandidate> found) {
    List<RelayCandidate> probed =
        found.stream().filter(this::isEligible).limit(options.tried()).toList();
    List<Measured> reached = new ArrayList<>();
    int[] unfinished = {probed.size()};
    if (probed.isEmpty()) {
      rest();
    }
    for (RelayCandidate each : probed) {
      probe(each)
          .addListener(
              (Future<Measured> result) ->
                  time.execute(
                      () -> {
                        if (result.isSuccess()) {
                          reached.add(result.getNow());
                        } else {
                          holdOff(each.peer());
                        }
                        unfinished[0]--;
                        if (unfinished[0] == 0) {
                          reached.sort(Comparator.comparing(Measured::roundTrip));
                          reserve(new ArrayDeque<>(reached));
                        }
                      }));
    }
  }

  private boolean isEligible(RelayCandidate candidate) {
    Instant until = heldOff.get(candidate.peer());
    return !places.containsKey(candidate.peer())
        && !candidate.peer().equals(host.peerId())
        && (until == null || !until.isAfter(time.clock().instant()));
  }

  private void holdOff(PeerId relay) {
    heldOff.remove(relay);
    heldOff.put(relay, time.clock().instant().plus(options.holdOff()));
  }

  private Future<Measured> probe(RelayCandidate candidate) {
    Promise<Measured> promise = host.io().group().next().newPromise();
    Future<Connection> connecting = host.connect(candidate.peer(), candidate.addresses());
    Timekeeper.Timer deadline =
        time.after(
            options.probe(),
            () -> {
              connecting.cancel(false);
              promise.tryFailure(
                  new RelayException(
                      RelayException.Reason.RELAY_UNREACHABLE, "within " + options.probe()));
            });
    promise.addListener(done -> deadline.cancel());
    connecting.addListener(
        (Future<Connection> result) -> {
          if (!result.isSuccess() || result.getNow().isLimited()) {
            promise.tryFailure(
                new RelayException(
                    RelayException.Reason.RELAY_UNREACHABLE, candidate.peer().toString()));
          } else {
            measure(result.getNow(), promise);
          }
        });
    return promise;
  }

  private static void measure(Connection connection, Promise<Measured> promise) {
    Multiaddr address = connection.remoteAddress().withPeerId(connection.remotePeer());
    connection
        .ping()
        .addListener(
            (Future<Duration> result) -> {
              if (result.isSuccess()) {
                promise.trySuccess(new Measured(connection.remotePeer(), address, result.getNow()));
              } else {
                promise.tryFailure(result.cause());
              }
            });
  }

  /** Asks the nearest, then the next, until there are enough. */
  private void reserve(ArrayDeque<Measured> nearestFirst) {
    Measured next = nearestFirst.poll();
    if (!on || next == null || places.size() >= options.wanted()) {
      rest();
      return;
    }
    Multiaddr by = next.address().with(AddressComponent.of(AddressProtocol.P2P_CIRCUIT));
    host.listen(by)
        .addListener(
            (Future<TransportListener> result) ->
                time.execute(
                    () -> {
                      if (result.isSuccess()) {
                        take(next.relay(), result.getNow());
                      } else {
                        holdOff(next.relay());
                      }
                      reserve(nearestFirst);
                    }));
  }

  private void take(PeerId relay, TransportListener place) {
    if (!on) {
      place.close();
      return;
    }
    places.put(relay, place);
    place.closed().addListener(closed -> time.execute(() -> onLost(relay, place)));
  }

  private void onLost(PeerId relay, TransportListener place) {
    if (places.remove(relay, place) && on) {
      holdOff(relay);
      look();
    }
  }

  private void rest() {
    looking = false;
    if (on && places.size() < options.wanted()) {
      cancelTimer();
      again = time.after(options.pause(), this::look);
    }
  }
}
