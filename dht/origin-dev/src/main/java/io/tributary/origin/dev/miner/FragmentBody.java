package io.tributary.origin.dev.miner;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.tributary.content.Layout;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** The bytes of one answer: a fragment, a part of one, or a falsified one. */
interface FragmentBody extends AutoCloseable {
  long lengthBytes();

  /** Appends bytes from a position of the body to a buffer. */
  void read(long position, int count, ByteBuf to) throws IOException;

  /**
   * Hands the whole body over to be sent from the file by the operating system.
   *
   * @return the region, which closes the file when it is released, or empty if the body is not
   *     simply a file's bytes
   */
  default Optional<FileRegion> toRegion() {
    return Optional.empty();
  }

  @Override
  void close() throws IOException;

  /** Returns the fragment in a file, which is closed with the body. */
  static FragmentBody file(FileChannel channel) {
    return new InFile(channel, 0, Layout.FRAGMENT_BYTES);
  }

  /** Returns the zero fragment. */
  static FragmentBody zeros() {
    return new Zeros(Layout.FRAGMENT_BYTES);
  }

  /** Returns a part of this body, which takes over closing it. */
  FragmentBody slice(RangeForm range);

  /** Returns a body of this length with every bit inverted, which takes over closing it. */
  default FragmentBody inverted() {
    FragmentBody truth = this;
    return new Falsified(truth, truth.lengthBytes()) {
      @Override
      public void read(long position, int count, ByteBuf to) throws IOException {
        int from = to.writerIndex();
        truth.read(position, count, to);
        byte[] piece = new byte[count];
        to.getBytes(from, piece);
        for (int i = 0; i < count; i++) {
          piece[i] = (byte) ~piece[i];
        }
        to.setBytes(from, piece);
      }
    };
  }

  /** Returns this body and one byte more, which takes over closing it. */
  default FragmentBody withOneByteMore() {
    FragmentBody truth = this;
    return new Falsified(truth, truth.lengthBytes() + 1) {
      @Override
      public void read(long position, int count, ByteBuf to) throws IOException {
        int within = (int) Math.min(count, truth.lengthBytes() - position);
        truth.read(position, within, to);
        to.writeZero(count - within);
      }
    };
  }

  /** A window of a file. */
  record InFile(FileChannel channel, long offset, long lengthBytes) implements FragmentBody {
    @Override
    public void read(long position, int count, ByteBuf to) throws IOException {
      int left = count;
      while (left > 0) {
        int read = to.writeBytes(channel, offset + position + count - left, left);
        if (read < 0) {
          throw new EOFException("the fragment's file is shorter than a fragment");
        }
        left -= read;
      }
    }

    @Override
    public Optional<FileRegion> toRegion() {
      return Optional.of(new DefaultFileRegion(channel, offset, lengthBytes));
    }

    @Override
    public FragmentBody slice(RangeForm range) {
      return new InFile(channel, offset + range.start(), range.lengthBytes());
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Zeros without a file. */
  record Zeros(long lengthBytes) implements FragmentBody {
    @Override
    public void read(long position, int count, ByteBuf to) {
      to.writeZero(count);
    }

    @Override
    public FragmentBody slice(RangeForm range) {
      return new Zeros(range.lengthBytes());
    }

    @Override
    public void close() {}
  }

  /** A body made from a true one; it is made last and never sliced. */
  abstract class Falsified implements FragmentBody {
    private final FragmentBody truth;
    private final long lengthBytes;

    Falsified(FragmentBody truth, long lengthBytes) {
      this.truth = truth;
      this.lengthBytes = lengthBytes;
    }

    @Override
    public long lengthBytes() {
      return lengthBytes;
    }

    @Override
    public FragmentBody slice(RangeForm range) {
      throw new IllegalStateException("a part is cut before it is falsified");
    }

    @Override
    public void close() throws IOException {
      truth.close();
    }
  }
}
