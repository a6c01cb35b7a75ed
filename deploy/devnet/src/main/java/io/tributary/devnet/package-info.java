/** A whole network on one machine: dev chain, miners, contract, cachers and retrievers. */
@NullMarked
package io.tributary.devnet;

import org.jspecify.annotations.NullMarked;
