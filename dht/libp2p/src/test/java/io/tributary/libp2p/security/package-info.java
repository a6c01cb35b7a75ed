@NullMarked
package io.tributary.libp2p.security;

import org.jspecify.annotations.NullMarked;
