package io.tributary.libp2p;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The protocols that the js peer serves too, on a host. */
public final class TestProtocols {
  public static final String ECHO = "/echo/1.0.0";
  public static final String SINK = "/sink/1.0.0";
  public static final String HOLD = "/hold/1.0.0";
  public static final String RESET = "/reset/1.0.0";

  /** How streams ended that were reset. */
  public final List<StreamReset> resets = new CopyOnWriteArrayList<>();

  /** Streams of which nothing is read. */
  public final List<Stream> held = new CopyOnWriteArrayList<>();

  public TestProtocols(Host host) {
    host.handle(ECHO, Echo::new);
    host.handle(SINK, Sink::new);
    host.handle(
        HOLD,
        stream -> {
          held.add(stream);
          stream.autoRead(false);
          return new Watched(stream);
        });
    host.handle(
        RESET,
        stream ->
            data -> {
              data.release();
              stream.reset(7);
            });
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private class Watched implements StreamHandler {
    final Stream stream;

    Watched(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf data) {
      data.release();
    }

    @Override
    public void onReset(StreamReset reset) {
      resets.add(reset);
    }
  }

  /** Sends everything back and closes when the peer has. */
  private final class Echo extends Watched {
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

  /** Takes everything; answers its length, 8 bytes, and SHA-256, 32 bytes. */
  private final class Sink extends Watched {
    private final MessageDigest hash = sha256();
    private long bytes;

    Sink(Stream stream) {
      super(stream);
    }

    @Override
    public void onData(ByteBuf data) {
      bytes += data.readableBytes();
      for (ByteBuffer part : data.nioBuffers()) {
        hash.update(part);
      }
      data.release();
    }

    @Override
    public void onEndOfInput() {
      stream.write(stream.allocator().directBuffer(40).writeLong(bytes).writeBytes(hash.digest()));
      stream.closeWrite();
    }
  }
}
