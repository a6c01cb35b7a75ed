/**
 * multistream-select 1.0, by which two peers agree on the protocol of a channel or a stream: the
 * {@link io.tributary.libp2p.multistream.Proposer} asks, the {@link
 * io.tributary.libp2p.multistream.Responder} answers.
 *
 * @see <a href="https://github.com/multiformats/multistream-select">multistream-select</a>
 */
@NullMarked
package io.tributary.libp2p.multistream;

import org.jspecify.annotations.NullMarked;
