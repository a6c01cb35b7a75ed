/**
 * What every part of the dev origin stands on: threads and clock ({@link
 * io.tributary.origin.dev.runtime.DevRuntime}), one listening port each ({@link
 * io.tributary.origin.dev.runtime.ListeningPort}), the lock of a directory and the operator's
 * words.
 */
@NullMarked
package io.tributary.origin.dev.runtime;

import org.jspecify.annotations.NullMarked;
