/** JSON text from plain maps and lists, so that no JSON library shows in other modules. */
@NullMarked
package io.tributary.nodekit.json;

import org.jspecify.annotations.NullMarked;
