/** Settlement of vouchers on the chain: the contract, the escrow it holds, and redemption, once. */
@NullMarked
package io.tributary.reward;

import org.jspecify.annotations.NullMarked;
