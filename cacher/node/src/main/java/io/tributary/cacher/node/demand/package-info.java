/**
 * What many want, brought nearer to them before they ask: fragments in demand get more homes, and
 * the rest of what is being read is fetched ahead; begin with {@link
 * io.tributary.cacher.node.demand.Demand}.
 */
@NullMarked
package io.tributary.cacher.node.demand;

import org.jspecify.annotations.NullMarked;
