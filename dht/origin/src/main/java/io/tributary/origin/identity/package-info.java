/**
 * Who we are towards CESS: sr25519 keys, their signatures over short texts, and SS58 addresses.
 *
 * <p>Start at {@link io.tributary.origin.identity.Sr25519KeyPair} to sign, at {@link
 * io.tributary.origin.identity.SignedText} for what the HTTP headers of CESS carry, and at {@link
 * io.tributary.origin.identity.Ss58Address} to write and read accounts.
 */
@NullMarked
package io.tributary.origin.identity;

import org.jspecify.annotations.NullMarked;
