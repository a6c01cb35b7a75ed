package io.tributary.nodekit.admin;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a node tells its operator. All three are asked on an event loop and must not block.
 *
 * @param notReady why the node cannot do its work now, a sentence each; empty when it can
 * @param status the node's state as a tree of plain values
 * @param metrics all meters in Prometheus' text format, as {@link NodeMetrics#scrape} gives them
 */
public record AdminPages(
    Supplier<List<String>> notReady, Supplier<Map<String, ?>> status, Supplier<String> metrics) {}
