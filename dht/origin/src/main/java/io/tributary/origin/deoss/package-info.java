/**
 * The client of DeOSS gateways as an upstream: files, verified segment by segment while they come.
 *
 * <p>Start at {@link io.tributary.origin.deoss.DeossClient}.
 */
@NullMarked
package io.tributary.origin.deoss;

import org.jspecify.annotations.NullMarked;
