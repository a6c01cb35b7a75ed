@NullMarked
package io.tributary.kademlia;

import org.jspecify.annotations.NullMarked;
