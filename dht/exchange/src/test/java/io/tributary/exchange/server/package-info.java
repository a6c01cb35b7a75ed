/** Tests of the answering side. */
@NullMarked
package io.tributary.exchange.server;

import org.jspecify.annotations.NullMarked;
