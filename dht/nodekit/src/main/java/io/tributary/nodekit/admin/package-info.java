/**
 * The listener for a node's operator: health, readiness, state and metrics, apart from the node's
 * public addresses.
 */
@NullMarked
package io.tributary.nodekit.admin;

import org.jspecify.annotations.NullMarked;
