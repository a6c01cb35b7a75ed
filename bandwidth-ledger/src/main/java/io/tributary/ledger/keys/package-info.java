/** Where signing keys are kept: files locked by a password, and where the password comes from. */
@NullMarked
package io.tributary.ledger.keys;

import org.jspecify.annotations.NullMarked;
