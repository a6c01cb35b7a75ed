/**
 * Configuration files: TOML in, checked values out, every mistake reported at once with its place.
 */
@NullMarked
package io.tributary.nodekit.config;

import org.jspecify.annotations.NullMarked;
