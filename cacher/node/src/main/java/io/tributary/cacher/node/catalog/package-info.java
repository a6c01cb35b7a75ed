/**
 * What the chain says of files and miners, remembered: manifests for ever, where fragments lie for
 * a while; begin with {@link io.tributary.cacher.node.catalog.Catalog}.
 */
@NullMarked
package io.tributary.cacher.node.catalog;

import org.jspecify.annotations.NullMarked;
