/**
 * A cacher beside nginx and Varnish on the same objects: each server on one core, a client that
 * throws away what it gets on another, all in turns.
 */
@NullMarked
package io.tributary.bench.cacher;

import org.jspecify.annotations.NullMarked;
