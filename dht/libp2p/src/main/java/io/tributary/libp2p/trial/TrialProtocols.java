package io.tributary.libp2p.trial;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The answering side of trials.
 *
 * <pre>
 *  /echo/1.0.0     any bytes, FIN                ->  the same bytes, FIN
 *  /sink/1.0.0     any bytes, FIN                ->  their number, uint64, and SHA-256, FIN
 *  /source/1.0.0   a number n, uint64, FIN       ->  n bytes of the {@link TrialPattern}, FIN
 *  /reset/1.0.0    a byte                        ->  RST with code 7
 *  /hold/1.0.0     any bytes                     ->  nothing, and nothing is read
 * </pre>
 *
 * All numbers are big-endian. Answers hold no more than the stream's own queues.
 */
public final class TrialProtocols {

  /** Sends everything back. */
  public static final String ECHO = "/echo/1.0.0";

  /** Takes everything and says what it was. */
  public static final String SINK = "/sink/1.0.0";

  /** Gives as many bytes as wanted. */
  public static final String SOURCE = "/source/1.0.0";

  /** Resets. */
  public static final String RESET = "/reset/1.0.0";

  /** Never reads. */
  public static final String HOLD = "/hold/1.0.0";

  /** The code with which {@link #RESET} resets. */
  public static final long RESET_CODE = 7;

  /** Bytes of a sink's answer. */
  static final int SUM_BYTES = Long.BYTES + 32;

  /** Told of what happens on answered streams. Called on event loops. */
  public interface Observer {

    /** Observes nothing. */
    Observer NONE = new Observer() {};

    /** A stream is held: nothing of it is read until somebody turns reading on. */
    default void onHeld(Stream stream) {}

    /** A stream has ended by a reset. */
    default void onReset(Stream stream, StreamReset reset) {}
  }

  private final Observer observer;

  private TrialProtocols(Observer observer) {
    this.observer = observer;
  }

  /** Starts answering on a host. */
  public static void serve(Host host, Observer observer) {
    TrialProtocols protocols = new TrialProtocols(observer);
    host.handle(ECHO, stream -> protocols.new Echo(stream));
    host.handle(SINK, stream -> protocols.new Sink(stream));
    host.handle(SOURCE, stream -> protocols.new Source(stream));
    host.handle(RESET, stream -> protocols.new Resetting(stream));
    host.handle(HOLD, stream -> protocols.new Hold(stream));
  }

  private abstract class Answer implements StreamHandler {
    final Stream stream;

    Answer(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf data) {
      data.release();
    }

    @Override
    public void onReset(StreamReset reset) {
      observer.onReset(stream, reset);
    }
  }

  private final class Echo extends Answer {
    Echo(Stream stream) {
      super(stream);
    }

    @Override
    public void onData(ByteBuf data) {
      if (!stream.write(data)) {
        stream.autoRead(false);
      }
    }

    @Override
    public void onWritable() {
      stream.autoRead(true);
    }

    @Override
    public void onEndOfInput() {
      stream.closeWrite();
    }
  }

  private final class Sink extends Answer {
    private final MessageDigest hash = TrialPattern.newSha256();
    private long bytes;

    Sink(Stream stream) {
      super(stream);
    }

    @Override
    public void onData(ByteBuf data) {
      bytes += data.readableBytes();
      TrialPattern.update(hash, data);
      data.release();
    }

    @Override
    public void onEndOfInput() {
      ByteBuf sum = stream.allocator().directBuffer(SUM_BYTES);
      stream.write(sum.writeLong(bytes).writeBytes(hash.digest()));
      stream.closeWrite();
    }
  }

  private final class Source extends Answer {
    private long wanted;
    private int read;
    private @Nullable PatternSource source;

    Source(Stream stream) {
      super(stream);
    }

    @Override
    public void onData(ByteBuf data) {
      while (read < Long.BYTES && data.isReadable()) {
        wanted = wanted << Byte.SIZE | data.readUnsignedByte();
        read++;
      }
      data.release();
    }

    @Override
    public void onEndOfInput() {
      if (read < Long.BYTES || wanted < 0) {
        stream.reset(StreamReset.NO_CODE);
        return;
      }
      PatternSource answer = new PatternSource(stream, wanted, piece -> {});
      source = answer;
      answer.pump();
    }

    @Override
    public void onWritable() {
      if (source != null) {
        source.pump();
      }
    }
  }

  private final class Resetting extends Answer {
    Resetting(Stream stream) {
      super(stream);
    }

    @Override
    public void onData(ByteBuf data) {
      data.release();
      stream.reset(RESET_CODE);
    }
  }

  private final class Hold extends Answer {
    Hold(Stream stream) {
      super(stream);
      stream.autoRead(false);
      observer.onHeld(stream);
    }
  }
}
