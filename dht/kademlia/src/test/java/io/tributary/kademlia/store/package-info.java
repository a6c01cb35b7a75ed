@NullMarked
package io.tributary.kademlia.store;

import org.jspecify.annotations.NullMarked;
