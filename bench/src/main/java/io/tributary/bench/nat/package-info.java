/**
 * A laboratory of NATs in network namespaces, and what of pairs behind them becomes direct: {@link
 * io.tributary.bench.nat.NatLab}, {@link io.tributary.bench.nat.NatMatrix}.
 */
@NullMarked
package io.tributary.bench.nat;

import org.jspecify.annotations.NullMarked;
