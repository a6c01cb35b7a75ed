/**
 * The erasure code of CESS: eight parity columns for four data columns, any four of the twelve
 * restoring the rest.
 *
 * <p>{@link io.tributary.content.erasure.ErasureCode} is the entry; sets of columns are {@link
 * io.tributary.content.erasure.Columns}.
 */
@NullMarked
package io.tributary.content.erasure;

import org.jspecify.annotations.NullMarked;
