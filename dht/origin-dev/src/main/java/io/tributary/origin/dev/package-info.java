/**
 * A whole origin for development in one directory: a chain and storage miners with CESS's wire
 * formats, started by {@link io.tributary.origin.dev.DevOrigin}.
 */
@NullMarked
package io.tributary.origin.dev;

import org.jspecify.annotations.NullMarked;
