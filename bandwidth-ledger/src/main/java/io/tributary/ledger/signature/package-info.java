/** ECDSA signatures on secp256k1, the only ones an EVM chain checks cheaply. */
@NullMarked
package io.tributary.ledger.signature;

import org.jspecify.annotations.NullMarked;
