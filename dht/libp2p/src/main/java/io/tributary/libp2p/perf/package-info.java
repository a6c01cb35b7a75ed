/**
 * The perf protocol, for measuring: {@link io.tributary.libp2p.perf.PerfService}.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/perf/perf.md">Perf</a>
 */
@NullMarked
package io.tributary.libp2p.perf;

import org.jspecify.annotations.NullMarked;
