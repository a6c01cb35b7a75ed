/** What a read did: who was asked for what, how it ended and how long each phase took. */
@NullMarked
package io.tributary.retriever.engine.trace;

import org.jspecify.annotations.NullMarked;
