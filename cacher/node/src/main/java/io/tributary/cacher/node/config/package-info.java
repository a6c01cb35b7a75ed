/**
 * The cacher's configuration file: what can be set, read with all mistakes at once, and where each
 * value came from; begin with {@link io.tributary.cacher.node.config.CacherConfig}.
 */
@NullMarked
package io.tributary.cacher.node.config;

import org.jspecify.annotations.NullMarked;
