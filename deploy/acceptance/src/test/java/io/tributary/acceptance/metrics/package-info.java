/** Holds what the documents, the dashboard and the alerts say of metrics to what nodes measure. */
@NullMarked
package io.tributary.acceptance.metrics;

import org.jspecify.annotations.NullMarked;
