/**
 * How fast the libp2p host is: {@link io.tributary.bench.libp2p.Libp2pBench} starts two processes a
 * row and tells both what to do, and {@link io.tributary.bench.libp2p.Libp2pReport} is what comes
 * out.
 *
 * <pre>
 *              +-- stdin: commands, stdout: JSON lines --> server process, first core
 *  Libp2pBench |                                                | loopback
 *              +-- likewise ------------------------------> client process, second core
 * </pre>
 */
@NullMarked
package io.tributary.bench.libp2p;

import org.jspecify.annotations.NullMarked;
