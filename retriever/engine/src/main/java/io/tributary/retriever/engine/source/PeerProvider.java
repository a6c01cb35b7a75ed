package io.tributary.retriever.engine.source;

import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Provider;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import java.util.List;
import java.util.function.Supplier;

/** Other retrievers, which may have a fragment in their own caches. */
public final class PeerProvider implements FragmentProvider {
  /** The most retrievers that are offered for one fragment. */
  public static final int MAX_PEERS = 16;

  private final Supplier<List<Provider>> peers;
  private final FragmentClient client;
  private final FetchTerms terms;

  /**
   * @param peers who they are now, the first {@value #MAX_PEERS} of whom are used
   * @param client asks them
   * @param terms what is paid to them
   */
  public PeerProvider(Supplier<List<Provider>> peers, FragmentClient client, FetchTerms terms) {
    this.peers = peers;
    this.client = client;
    this.terms = terms;
  }

  @Override
  public Search locate(FragmentWanted wanted, int atOnce, Listener listener) {
    List<Provider> now = peers.get();
    for (Provider peer : now.subList(0, Math.min(now.size(), MAX_PEERS))) {
      Source source = new Source(SourceKind.RETRIEVER, String.valueOf(peer.peer()));
      listener.onOffer(new ExchangeOffer(source, peer, wanted.name(), client, terms));
    }
    listener.onDone();
    return () -> {};
  }
}
