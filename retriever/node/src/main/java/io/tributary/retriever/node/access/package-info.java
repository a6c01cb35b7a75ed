/** Who may read what, and how much: lists of the operator, and budgets of each client. */
@NullMarked
package io.tributary.retriever.node.access;

import org.jspecify.annotations.NullMarked;
