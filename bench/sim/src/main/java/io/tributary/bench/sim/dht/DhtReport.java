package io.tributary.bench.sim.dht;

import java.util.Locale;

/**
 * What a {@link DhtSimulation} has shown.
 *
 * @param nodes at a time
 * @param minutes after all had joined
 * @param seed of all randomness
 * @param churnPerHour the share of nodes that left per hour
 * @param loss the share of messages lost
 * @param unreachable the share of nodes behind NATs
 * @param sybils the share of nodes that answer with each other
 * @param lookups of content whose provider was there; without those whose asker left meanwhile
 * @param found how many of them brought a provider that answers
 * @param success found by lookups
 * @param returned lookups of content whose provider had left and returned elsewhere
 * @param returnedFound how many of them brought the provider, where it is now
 * @param attacked lookups of content that sybils had chosen their ids for
 * @param attackedFound how many of them brought a provider that answers
 * @param hops peers in a row that led to the provider; 0 if the asker held the record itself
 * @param requests of each lookup
 * @param latencyMillis until the provider was found
 * @param tableSize peers in routing tables at the end
 * @param bytesPerNodeAndSecond message bytes sent by honest nodes, from the first one's joining
 * @param messages delivered in all
 * @param traceHash of all messages; the same seed gives the same
 * @param wallSeconds the run took
 * @param heapMiB in use at the end
 */
public record DhtReport(
    int nodes,
    long minutes,
    long seed,
    double churnPerHour,
    double loss,
    double unreachable,
    double sybils,
    int lookups,
    int found,
    double success,
    int returned,
    int returnedFound,
    int attacked,
    int attackedFound,
    Percentiles hops,
    Percentiles requests,
    Percentiles latencyMillis,
    Percentiles tableSize,
    long bytesPerNodeAndSecond,
    long messages,
    String traceHash,
    double wallSeconds,
    long heapMiB) {

  /** The report as text for people. */
  public String toTable() {
    StringBuilder out = new StringBuilder();
    line(out, "%d nodes, %d minutes, seed %d", nodes, minutes, seed);
    line(
        out,
        "churn %.0f %%/h, loss %.1f %%, unreachable %.0f %%, sybils %.0f %%",
        100 * churnPerHour,
        100 * loss,
        100 * unreachable,
        100 * sybils);
    out.append('\n');
    line(out, "lookups          %d, found %d (%.2f %%)", lookups, found, 100 * success);
    line(out, "returned         %d, found %d", returned, returnedFound);
    line(out, "attacked         %d, found %d", attacked, attackedFound);
    line(out, "%-16s %8s %8s %8s %8s", "", "median", "p90", "p99", "max");
    row(out, "hops", hops);
    row(out, "requests", requests);
    row(out, "latency (ms)", latencyMillis);
    row(out, "table size", tableSize);
    out.append('\n');
    line(out, "sent             %d bytes per node and second", bytesPerNodeAndSecond);
    line(out, "messages         %d", messages);
    line(out, "trace            %s", traceHash);
    line(out, "took             %.1f s, %d MiB of heap", wallSeconds, heapMiB);
    return out.toString();
  }

  private static void row(StringBuilder out, String name, Percentiles of) {
    line(out, "%-16s %8d %8d %8d %8d", name, of.median(), of.p90(), of.p99(), of.max());
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
