/**
 * A peer for trying out other libp2p implementations: protocols that put streams to the test, the
 * exchanges that use them, and a {@link io.tributary.libp2p.trial.TrialPeer} that runs both and
 * tells what happens.
 *
 * <p>It is for tests, benches and diagnosis. Its protocols let a peer have any number of bytes, so
 * a node that serves strangers must not answer them.
 */
@NullMarked
package io.tributary.libp2p.trial;

import org.jspecify.annotations.NullMarked;
