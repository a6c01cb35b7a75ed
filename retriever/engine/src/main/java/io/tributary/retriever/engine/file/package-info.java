/** What is known of files: the chain's word, and for how long it is believed. */
@NullMarked
package io.tributary.retriever.engine.file;

import org.jspecify.annotations.NullMarked;
