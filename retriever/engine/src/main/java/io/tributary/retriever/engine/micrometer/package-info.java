/** An engine's counts as Micrometer meters. */
@NullMarked
package io.tributary.retriever.engine.micrometer;

import org.jspecify.annotations.NullMarked;
