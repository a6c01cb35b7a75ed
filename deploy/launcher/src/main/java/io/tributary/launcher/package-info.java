/**
 * The {@code tributary} command: the one place that reads flags and the environment, makes
 * executors and exits.
 */
@NullMarked
package io.tributary.launcher;

import org.jspecify.annotations.NullMarked;
