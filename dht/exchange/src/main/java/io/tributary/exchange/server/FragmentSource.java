package io.tributary.exchange.server;

import io.tributary.content.FragmentHash;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.Status;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Where a server takes fragments from: a cache behind this port. Called on event loops, so it must
 * not block; thread-safe. A stage that fails is answered with {@code INTERNAL_ERROR}.
 */
public interface FragmentSource {

  /** What came of looking for a fragment. */
  sealed interface Answer {
    /** Here it is, or is coming. The server closes the body. */
    record Found(FragmentBody body) implements Answer {}

    /**
     * It is not given.
     *
     * @param status why; not {@code OK}
     * @param retryAfter how long to wait before asking again; zero says nothing
     */
    record Missing(Status status, Duration retryAfter) implements Answer {}
  }

  /** Looks for a fragment for a peer. */
  CompletionStage<Answer> find(PeerId peer, FragmentRequest request);

  /** Which of some fragments are here; bit i stands for fragment i. */
  CompletionStage<BitSet> held(List<FragmentHash> fragments);
}
