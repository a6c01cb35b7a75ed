@NullMarked
package io.tributary.retriever.client;

import org.jspecify.annotations.NullMarked;
