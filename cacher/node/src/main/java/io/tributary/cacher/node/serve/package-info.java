/**
 * What is answered to who asks for fragments: the store, the fills and the operator's rules behind
 * the exchange's port, {@link io.tributary.cacher.node.serve.CachedFragments}.
 */
@NullMarked
package io.tributary.cacher.node.serve;

import org.jspecify.annotations.NullMarked;
