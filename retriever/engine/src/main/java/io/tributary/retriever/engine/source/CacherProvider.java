package io.tributary.retriever.engine.source;

import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Provider;
import io.tributary.fetch.SourceKind;
import io.tributary.region.locate.Locator;
import io.tributary.region.locate.Source;
import io.tributary.region.locate.Stage;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The cachers of the own region, of others, and whoever announced a fragment in the DHT: the stages
 * of the region's locator.
 */
public final class CacherProvider implements FragmentProvider {
  private final Locator locator;
  private final FragmentClient client;
  private final FetchTerms terms;

  /**
   * @param locator looks for them
   * @param client asks them
   * @param terms what is paid to them
   */
  public CacherProvider(Locator locator, FragmentClient client, FetchTerms terms) {
    this.locator = locator;
    this.client = client;
    this.terms = terms;
  }

  @Override
  public Search locate(FragmentWanted wanted, int atOnce, Listener listener) {
    FragmentName name = wanted.name();
    Map<String, Source> out = new ConcurrentHashMap<>();
    Locator.Search search =
        locator.locate(
            name.hash(),
            Math.min(atOnce, Locator.PER_STAGE),
            new Locator.Listener() {
              @Override
              public void onSource(Source found) {
                FragmentOffer offer = offer(found, name);
                out.put(offer.source().name(), found);
                listener.onOffer(offer);
              }

              @Override
              public void onExhausted() {
                listener.onDone();
              }
            });
    return new Search() {
      @Override
      public void passOver(io.tributary.fetch.Source source) {
        Source found = out.remove(source.name());
        if (found != null) {
          search.passOver(found.peer().peer());
        }
      }

      @Override
      public void cancel() {
        search.cancel();
      }
    };
  }

  private FragmentOffer offer(Source found, FragmentName name) {
    Provider provider =
        new Provider(
            found.peer().peer(),
            found.peer().addresses(),
            found.record().isPresent()
                ? Optional.of(found.record().get().record().offer().payout())
                : Optional.empty());
    SourceKind kind = found.stage() == Stage.HOMES ? SourceKind.HOME : SourceKind.CACHER;
    return new ExchangeOffer(
        new io.tributary.fetch.Source(kind, String.valueOf(provider.peer())),
        provider,
        name,
        client,
        terms);
  }
}
