package io.tributary.retriever.engine.source;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.StoredForm;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import io.tributary.origin.deoss.DeossClient;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.Transfer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * DeOSS gateways, which serve files: a data column is a range of its file, and the padding that
 * gateways leave out is added here. They cannot serve parity columns, nor files that they decrypt.
 */
public final class GatewayProvider implements FragmentProvider {
  /** The most gateways that are offered for one fragment. */
  public static final int MAX_GATEWAYS = 8;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

  private final Supplier<List<Endpoint>> gateways;
  private final DeossClient client;

  /**
   * @param gateways who they are now, the first {@value #MAX_GATEWAYS} of whom are used
   * @param client asks them; should not try again by itself, since there are other sources
   */
  public GatewayProvider(Supplier<List<Endpoint>> gateways, DeossClient client) {
    this.gateways = gateways;
    this.client = client;
  }

  @Override
  public Search locate(FragmentWanted wanted, int atOnce, Listener listener) {
    Manifest manifest = wanted.file().manifest();
    if (wanted.column() < Layout.DATA_COLUMNS && manifest.fits(StoredForm.PLAIN)) {
      int content = Layout.contentBytes(manifest.sizeBytes(), wanted.segment(), wanted.column());
      long start =
          Layout.segmentOffset(wanted.segment()) + (long) wanted.column() * Layout.FRAGMENT_BYTES;
      List<Endpoint> now = gateways.get();
      for (Endpoint gateway : now.subList(0, Math.min(now.size(), MAX_GATEWAYS))) {
        Source source = new Source(SourceKind.GATEWAY, gateway.toString());
        listener.onOffer(new GatewayOffer(source, gateway, manifest, start, content, client));
      }
    }
    listener.onDone();
    return () -> {};
  }

  private record GatewayOffer(
      Source source,
      Endpoint gateway,
      Manifest manifest,
      long start,
      int contentBytes,
      DeossClient client)
      implements FragmentOffer {

    @Override
    public boolean givesRanges() {
      return true;
    }

    @Override
    public Fetching fetch(ByteRange range, Duration deadline, Sink sink) {
      Optional<ByteRange> content = range.within(contentBytes);
      if (content.isEmpty()) {
        pad(range.length(), sink);
        return UpstreamSink.fetching(
            CompletableFuture.completedFuture(Transfer.none(range.length())), false);
      }
      long first = start + content.get().offset();
      CompletableFuture<Transfer> call =
          client.openUnchecked(
              gateway,
              manifest,
              first,
              first + content.get().length() - 1,
              new UpstreamSink(sink) {
                @Override
                public void onComplete() {
                  pad(range.length() - content.get().length(), sink);
                }
              });
      return UpstreamSink.fetching(call, false);
    }

    private static void pad(long bytes, Sink sink) {
      for (long left = bytes; left > 0; left -= ZEROS.capacity()) {
        sink.onBytes(ZEROS.duplicate().limit((int) Math.min(left, ZEROS.capacity())));
      }
    }
  }
}
