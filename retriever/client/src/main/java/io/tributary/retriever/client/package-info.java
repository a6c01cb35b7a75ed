/**
 * The download client: files read through retrievers, none of which is believed. {@link
 * io.tributary.retriever.client.Download} writes a file and goes on where it was stopped; {@link
 * io.tributary.retriever.client.TributaryClient} is the same for programs, as futures, streams and
 * publishers.
 */
@NullMarked
package io.tributary.retriever.client;

import org.jspecify.annotations.NullMarked;
