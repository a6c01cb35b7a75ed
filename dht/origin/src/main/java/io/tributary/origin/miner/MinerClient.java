package io.tributary.origin.miner;

import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamCaller;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamRuntime;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Reads and stores fragments at CESS's storage miners over their HTTP service.
 *
 * <pre>{@code
 * GET /fragment                        PUT /fragment
 * Fid: 64 hex                          the same headers, and
 * Fragment: 64 hex                     multipart/form-data, one part "file", 8 MiB
 * Account: SS58 address
 * Message: unix seconds
 * Signature: 128 hex, sr25519 over the message
 *
 * HTTP 200, Content-Length 8388608     the fragment
 * HTTP 200, {"code":…,"msg":…}         why not, or that it is stored
 * HTTP 403                             the signature is wrong
 * }</pre>
 *
 * <p>Every byte is checked: a fragment is delivered whole only if it has exactly 8 MiB and the
 * right SHA-256. The fragment of zeros is never transferred. Calls are asynchronous and end within
 * their limits; they fail with an {@link UpstreamException}, and cancelling a future ends its call.
 * Safe for use by many threads.
 */
public final class MinerClient {
  /** The limits used if nobody sets others. */
  public static final UpstreamLimits DEFAULT_LIMITS = UpstreamLimits.DEFAULTS;

  private final UpstreamCaller caller;
  private final UpstreamRuntime runtime;
  private final MinerRequests requests;

  /**
   * Creates a client.
   *
   * @param limits the limits of its calls
   * @param runtime threads, time and randomness
   * @param signer who signs the requests; miners accept any account
   * @param addressPrefix the SS58 prefix of the network, see {@link
   *     io.tributary.origin.identity.Ss58Address}
   */
  public MinerClient(
      UpstreamLimits limits, UpstreamRuntime runtime, Signer signer, int addressPrefix) {
    this.caller = new UpstreamCaller(limits, runtime);
    this.runtime = runtime;
    this.requests = new MinerRequests(signer, addressPrefix, runtime.clock());
  }

  /**
   * Reads a whole fragment into a buffer.
   *
   * <p>It is written from the buffer's position on, which stays. If the call fails or is cancelled,
   * those 8 MiB hold anything, and nothing is written to them any more.
   *
   * @param source what to read, and where
   * @param into a buffer with at least 8 MiB left; not to be touched before the future ends
   * @throws IllegalArgumentException if the buffer is too small
   */
  public CompletableFuture<Transfer> fetch(FragmentSource source, ByteBuffer into) {
    if (into.remaining() < Layout.FRAGMENT_BYTES || into.isReadOnly()) {
      throw new IllegalArgumentException(
          "a fragment needs a writable buffer of "
              + Layout.FRAGMENT_BYTES
              + " bytes, this has "
              + into.remaining());
    }
    if (source.fragment().isZero()) {
      ZeroFragment.fill(into);
      return CompletableFuture.completedFuture(Transfer.none(Layout.FRAGMENT_BYTES));
    }
    return caller.call(new BufferedRead(requests, source, into));
  }

  /**
   * Reads a fragment and hands its bytes on as they come, at the consumer's pace.
   *
   * <p>The bytes are unchecked until the last of them: those that complete the 8 MiB are handed on
   * only if the SHA-256 is right, and {@code onComplete} follows. A failure before the first byte
   * is tried again; later ones end in {@code onError}. The buffers are read-only and belong to the
   * consumer.
   *
   * @param source what to read, and where
   * @param consumer who gets the bytes, one call at a time on the runtime's executor; must not
   *     block
   */
  public CompletableFuture<Transfer> stream(
      FragmentSource source, Flow.Subscriber<? super ByteBuffer> consumer) {
    return source.fragment().isZero()
        ? ZeroFragment.stream(consumer, runtime.executor())
        : caller.stream(new StreamedRead(requests, source, consumer), consumer);
  }

  /**
   * Stores a fragment at a miner that has a deal for it.
   *
   * @param target what to store, and where
   * @param fragment exactly 8 MiB between position and limit, which stay; not to be changed before
   *     the future ends
   * @throws IllegalArgumentException if there are not 8 MiB
   */
  public CompletableFuture<Transfer> store(FragmentSource target, ByteBuffer fragment) {
    if (fragment.remaining() != Layout.FRAGMENT_BYTES) {
      throw new IllegalArgumentException(
          "a fragment has " + Layout.FRAGMENT_BYTES + " bytes, this has " + fragment.remaining());
    }
    Optional<ByteBuffer> bytes =
        target.fragment().equals(FragmentHash.ZERO) ? Optional.empty() : Optional.of(fragment);
    return caller.call(new FragmentWrite(requests, target, bytes, runtime.random()));
  }

  /** Asks a miner how it is. */
  public CompletableFuture<MinerStatus> status(Endpoint endpoint) {
    return caller.call(new StatusRead(endpoint));
  }

  /**
   * Tells whether a call to a miner would be tried now: its circuit is not open and it has a free
   * place. For choosing among miners.
   */
  public boolean accepts(Endpoint endpoint) {
    return caller.accepts(endpoint);
  }

  /** A read into a buffer, anew with each attempt. */
  private static final class BufferedRead extends FragmentRead {
    private final ByteBuffer into;
    private FragmentBuffer buffer;

    BufferedRead(MinerRequests requests, FragmentSource source, ByteBuffer into) {
      super(requests, source);
      this.into = into;
      this.buffer = new FragmentBuffer(into);
    }

    @Override
    synchronized Flow.Subscriber<? super ByteBuffer> consumer() {
      buffer = new FragmentBuffer(into);
      return buffer;
    }

    @Override
    public synchronized void abandon() {
      buffer.close();
    }
  }

  /** A read that cannot be repeated once the consumer has been given a subscription. */
  private static final class StreamedRead extends FragmentRead {
    private final Flow.Subscriber<? super ByteBuffer> consumer;
    private volatile boolean begun;

    StreamedRead(
        MinerRequests requests,
        FragmentSource source,
        Flow.Subscriber<? super ByteBuffer> consumer) {
      super(requests, source);
      this.consumer = consumer;
    }

    @Override
    Flow.Subscriber<? super ByteBuffer> consumer() {
      begun = true;
      return consumer;
    }

    @Override
    public boolean isRepeatable() {
      return !begun;
    }
  }
}
