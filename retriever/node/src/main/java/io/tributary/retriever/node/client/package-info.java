/**
 * The download client: {@link io.tributary.retriever.node.client.Download} fetches a file from one or
 * several retrievers, believes none of them, and goes on where it was stopped.
 */
@NullMarked
package io.tributary.retriever.node.client;

import org.jspecify.annotations.NullMarked;
