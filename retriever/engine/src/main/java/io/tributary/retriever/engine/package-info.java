/** Turns a fid and a range into verified bytes: what an embedder or a node calls. */
@NullMarked
package io.tributary.retriever.engine;

import org.jspecify.annotations.NullMarked;
