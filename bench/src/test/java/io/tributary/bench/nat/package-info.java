/** Tests in the laboratory of NATs. */
@NullMarked
package io.tributary.bench.nat;

import org.jspecify.annotations.NullMarked;
