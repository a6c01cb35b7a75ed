/** Where fragments come from: the port of each kind of source, and those of CESS and Tributary. */
@NullMarked
package io.tributary.retriever.engine.source;

import org.jspecify.annotations.NullMarked;
