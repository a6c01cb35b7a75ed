@NullMarked
package io.tributary.libp2p.security.tls;

import org.jspecify.annotations.NullMarked;
