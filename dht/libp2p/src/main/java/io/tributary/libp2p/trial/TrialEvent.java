package io.tributary.libp2p.trial;

import io.tributary.libp2p.Connection;
import io.tributary.libp2p.autonat.Probe;
import io.tributary.libp2p.dcutr.PunchReport;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.peers.PeerInfo;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One thing that happened to a {@link TrialPeer}. */
public sealed interface TrialEvent {

  /** Its name, as in {@code listening}. */
  String name();

  /**
   * What there is to say, by name: texts, numbers, booleans, and lists of texts. Names end with the
   * unit where there is one.
   */
  Map<String, Object> fields();

  /** The host runs. */
  record Started(PeerId peer) implements TrialEvent {
    @Override
    public String name() {
      return "started";
    }

    @Override
    public Map<String, Object> fields() {
      return Map.of("peer", peer.toString());
    }
  }

  /** The host listens. */
  record Listening(Multiaddr address) implements TrialEvent {
    @Override
    public String name() {
      return "listening";
    }

    @Override
    public Map<String, Object> fields() {
      return Map.of("address", address.toString());
    }
  }

  /** A connection is there. */
  record Connected(Connection connection) implements TrialEvent {
    @Override
    public String name() {
      return "connected";
    }

    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("peer", connection.remotePeer().toString());
      fields.put("address", connection.remoteAddress().toString());
      fields.put("direction", connection.direction().toString());
      fields.put("transport", connection.transport());
      fields.put("security", connection.security());
      fields.put("muxer", connection.muxer());
      fields.put("limited", connection.isLimited());
      return fields;
    }
  }

  /** A connection has ended. */
  record Disconnected(PeerId peer, CloseReason reason) implements TrialEvent {
    @Override
    public String name() {
      return "disconnected";
    }

    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("peer", peer.toString());
      fields.put("reason", reason.name());
      fields.put("fault", reason.fault().name());
      return fields;
    }
  }

  /**
   * A peer has said what it is.
   *
   * @param signed whether it has signed a record of its addresses
   */
  record Identified(PeerId peer, PeerInfo info, boolean signed) implements TrialEvent {
    @Override
    public String name() {
      return "identified";
    }

    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("peer", peer.toString());
      info.agentVersion().ifPresent(agent -> fields.put("agent", agent));
      info.protocolVersion().ifPresent(version -> fields.put("protocolVersion", version));
      fields.put("protocols", info.protocols().stream().sorted().toList());
      fields.put("addresses", info.listenAddresses().stream().map(Multiaddr::toString).toList());
      info.observedAddress().ifPresent(seen -> fields.put("observed", seen.toString()));
      fields.put("signed", signed);
      return fields;
    }
  }

  /** A ping has come back. */
  record Pinged(PeerId peer, Duration roundTrip) implements TrialEvent {
    @Override
    public String name() {
      return "ping";
    }

    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("peer", peer.toString());
      fields.put("rttMicros", roundTrip.toNanos() / 1000);
      return fields;
    }
  }

  /**
   * Streams have done what they should.
   *
   * @param step what was tried, as in {@code echo}
   */
  record Exchanged(PeerId peer, String step, int streams, Moved moved) implements TrialEvent {
    @Override
    public String name() {
      return "stream";
    }

    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("peer", peer.toString());
      fields.put("step", step);
      fields.put("streams", streams);
      fields.put("sentBytes", moved.sentBytes());
      fields.put("receivedBytes", moved.receivedBytes());
      fields.put("seconds", moved.elapsed().toNanos() / 1e9);
      return fields;
    }
  }

  /**
   * A stream was refused or reset, as it should be.
   *
   * @param reason how it ended
   * @param code the code that came with it
   */
  record Ended(PeerId peer, String step, String reason, long code) implements TrialEvent {
    @Override
    public String name() {
      return "reset";
    }

    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("peer", peer.toString());
      fields.put("step", step);
      fields.put("reason", reason);
      fields.put("code", code);
      return fields;
    }
  }

  /** Bytes have been moved for the sake of speed. */
  record Measured(PeerId peer, long upBytes, long downBytes, Duration elapsed)
      implements TrialEvent {
    @Override
    public String name() {
      return "perf";
    }

    @Override
    public Map<String, Object> fields() {
      double seconds = elapsed.toNanos() / 1e9;
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("peer", peer.toString());
      fields.put("upBytes", upBytes);
      fields.put("downBytes", downBytes);
      fields.put("seconds", seconds);
      fields.put("mibPerSecond", (upBytes + downBytes) / seconds / (1 << 20));
      return fields;
    }
  }

  /** A peer has tried whether this one can be dialled, or would not. */
  record Probed(Probe probe) implements TrialEvent {
    @Override
    public String name() {
      return "autonat";
    }

    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("peer", probe.server().toString());
      fields.put("version", probe.version());
      fields.put("result", probe.result().name());
      probe.address().ifPresent(address -> fields.put("address", address.toString()));
      probe.from().ifPresent(from -> fields.put("from", from.getHostAddress()));
      return fields;
    }
  }

  /** It is decided whether a relayed connection is followed by a direct one. */
  record Punched(PunchReport report) implements TrialEvent {
    @Override
    public String name() {
      return "punch";
    }

    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("peer", report.peer().toString());
      fields.put("initiative", report.isInitiative());
      fields.put("result", report.result().name());
      fields.put("attempts", report.attempts());
      fields.put("seconds", report.took().toNanos() / 1e9);
      report.address().ifPresent(address -> fields.put("address", address.toString()));
      return fields;
    }
  }

  /** Something failed. */
  record Failed(TrialFailure failure) implements TrialEvent {
    @Override
    public String name() {
      return "error";
    }

    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("step", failure.step());
      fields.put("reason", failure.reason());
      fields.put("fault", failure.fault().name());
      fields.put("retry", failure.retry().name());
      fields.put("message", failure.message());
      if (!failure.causes().isEmpty()) {
        fields.put("causes", failure.causes());
      }
      return fields;
    }
  }

  /** All was done that was asked for. */
  record Done(List<TrialFailure> failures) implements TrialEvent {
    @Override
    public String name() {
      return "done";
    }

    @Override
    public Map<String, Object> fields() {
      return Map.of("failures", failures.size());
    }
  }
}
