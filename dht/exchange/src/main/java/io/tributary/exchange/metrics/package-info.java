/**
 * The counts of an exchange as Micrometer meters: {@link
 * io.tributary.exchange.metrics.MicrometerExchangeMetrics}. Micrometer is an optional dependency.
 */
@NullMarked
package io.tributary.exchange.metrics;

import org.jspecify.annotations.NullMarked;
