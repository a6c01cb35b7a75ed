package io.tributary.libp2p.security.noise;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a buffer as a {@link ByteBuffer}, without a new object for each part of a large one.
 *
 * <p>A buffer of its own keeps such an object; a slice makes one for each call. The slices of a
 * fragment that is sent in pieces all lie in one buffer, so a view of that is made once and moved;
 * a thread keeps the last {@value #MAX_VIEWS}, one for each stream that sends. A view says nothing
 * but where memory lies, so one of memory that was given back and taken again is as good as new.
 *
 * <p>Not thread-safe: each thread has its own.
 */
final class NioView {
  /** How many large buffers may be sent by turns without new objects. */
  static final int MAX_VIEWS = 16;

  private static final FastThreadLocal<NioView> OF_THREAD =
      new FastThreadLocal<>() {
        @Override
        protected NioView initialValue() {
          return new NioView();
        }
      };

  private final long[] addresses = new long[MAX_VIEWS];
  private final @Nullable ByteBuffer[] views = new ByteBuffer[MAX_VIEWS];
  private int oldest;

  private NioView() {}

  /** Returns this thread's. */
  static NioView ofThread() {
    return OF_THREAD.get();
  }

  /** Bytes of a buffer, which is one piece of direct memory; valid until the next call. */
  ByteBuffer of(ByteBuf buffer, int at, int length) {
    if (buffer.unwrap() == null || !buffer.hasMemoryAddress()) {
      return buffer.internalNioBuffer(at, length);
    }
    ByteBuf whole = whole(buffer);
    int from = Math.toIntExact(buffer.memoryAddress() - whole.memoryAddress()) + at;
    return view(whole).limit(from + length).position(from);
  }

  private ByteBuffer view(ByteBuf whole) {
    long address = whole.memoryAddress();
    for (int i = 0; i < MAX_VIEWS; i++) {
      ByteBuffer view = views[i];
      if (addresses[i] == address && view != null && view.capacity() == whole.capacity()) {
        return view;
      }
    }
    ByteBuffer made = whole.nioBuffer(0, whole.capacity());
    addresses[oldest] = address;
    views[oldest] = made;
    oldest = (oldest + 1) % MAX_VIEWS;
    return made;
  }

  private static ByteBuf whole(ByteBuf buffer) {
    ByteBuf whole = buffer;
    for (ByteBuf under = buffer.unwrap(); under != null; under = under.unwrap()) {
      whole = under;
    }
    return whole;
  }
}
