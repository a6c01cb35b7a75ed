package io.tributary.libp2p;

import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.trial.TrialProtocols;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The protocols that the js peer serves too, on a host, and what became of their streams. */
public final class TestProtocols implements TrialProtocols.Observer {
  public static final String ECHO = TrialProtocols.ECHO;
  public static final String SINK = TrialProtocols.SINK;
  public static final String SOURCE = TrialProtocols.SOURCE;
  public static final String HOLD = TrialProtocols.HOLD;
  public static final String RESET = TrialProtocols.RESET;

  /** How streams ended that were reset. */
  public final List<StreamReset> resets = new CopyOnWriteArrayList<>();

  /** Streams of which nothing is read. */
  public final List<Stream> held = new CopyOnWriteArrayList<>();

  public TestProtocols(Host host) {
    TrialProtocols.serve(host, this);
  }

  @Override
  public void onHeld(Stream stream) {
    held.add(stream);
  }

  @Override
  public void onReset(Stream stream, StreamReset reset) {
    resets.add(reset);
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
