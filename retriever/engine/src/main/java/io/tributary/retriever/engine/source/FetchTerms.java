package io.tributary.retriever.engine.source;

import io.tributary.content.ByteRange;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.FetchRequest;
import java.time.Duration;

/**
 * On what terms fragments are asked for at other nodes: what may be paid is not the engine's say.
 */
@FunctionalInterface
public interface FetchTerms {

  /**
   * Makes a request without a verifier; mostly {@code FetchRequest.range(name, range, ceiling,
   * deadline)}.
   */
  FetchRequest request(FragmentName name, ByteRange range, Duration deadline);
}
