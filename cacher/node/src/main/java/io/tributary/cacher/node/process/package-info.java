/**
 * The whole node as its operator runs it: everything put together from a configuration, started,
 * told about, drained and stopped; begin with {@link io.tributary.cacher.node.process.Cacher}.
 */
@NullMarked
package io.tributary.cacher.node.process;

import org.jspecify.annotations.NullMarked;
