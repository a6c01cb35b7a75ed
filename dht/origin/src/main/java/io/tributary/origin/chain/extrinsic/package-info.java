/**
 * Signed calls to the chain as bytes, both ways: {@link
 * io.tributary.origin.chain.extrinsic.ExtrinsicCodec}.
 */
@NullMarked
package io.tributary.origin.chain.extrinsic;

import org.jspecify.annotations.NullMarked;
