package io.tributary.launcher;

import io.tributary.cacher.store.Occupancy;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.chronicle.Opening;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotStats;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what is in a store. */
@Command(
    name = "stats",
    description = "Print how much is stored, of which quota, and how the last stop was.",
    mixinStandardHelpOptions = true)
final class CacheStatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private StoreOption store = new StoreOption();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws StoreException {
    HotStats stats;
    try (HotFragments hot = store.open()) {
      stats = hot.stats();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("fragments", fields(stats.fragments(), stats.fragmentsOpening()));
      fields.put("small", fields(stats.small(), stats.smallOpening()));
      fields.put("keptBytes", stats.keptBytes());
      out.println(Terminal.json(fields));
    } else {
      out.println("fragments  " + line(stats.fragments(), stats.fragmentsOpening()));
      out.println("small      " + line(stats.small(), stats.smallOpening()));
      out.println("kept       " + Terminal.bytes(stats.keptBytes()));
    }
    out.flush();
    return ExitCode.OK.code();
  }

  private static Map<String, Object> fields(Occupancy used, Opening opening) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("count", used.fragments());
    fields.put("usedBytes", used.usedBytes());
    fields.put("limitBytes", used.limitBytes());
    fields.put("opened", opening.kind().name());
    fields.put("dropped", opening.dropped());
    return fields;
  }

  private static String line(Occupancy used, Opening opening) {
    return "%d, %s of %s, opened %s, %d dropped"
        .formatted(
            used.fragments(),
            Terminal.bytes(used.usedBytes()),
            Terminal.bytes(used.limitBytes()),
            opening.kind(),
            opening.dropped());
  }
}
