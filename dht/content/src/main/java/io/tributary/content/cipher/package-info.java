/**
 * The two encryption formats of CESS, for reading and writing files that DeOSS and CD2N wrote or
 * will read.
 *
 * <p>Both are weaker than a new design would be; each class says how. They are CESS's, bytes
 * already stored are in them, and Tributary offers no third. The sizes are the business of {@link
 * io.tributary.content.StoredForm}; start at {@link io.tributary.content.cipher.PieceCipher}.
 */
@NullMarked
package io.tributary.content.cipher;

import org.jspecify.annotations.NullMarked;
