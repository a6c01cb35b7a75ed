/** The erasure code against published answers, an independent oracle and wrong requests. */
@NullMarked
package io.tributary.content.erasure;

import org.jspecify.annotations.NullMarked;
