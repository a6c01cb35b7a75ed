package io.tributary.launcher;

import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.hot.HotFragments;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Hashes everything in a store. */
@Command(
    name = "verify",
    description = {
      "Hash every stored fragment and remove those whose bytes have changed.",
      "Exit code 5 if there were any."
    },
    mixinStandardHelpOptions = true)
final class CacheVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private StoreOption store = new StoreOption();

  @Override
  public Integer call() throws StoreException {
    PrintWriter out = spec.commandLine().getOut();
    long right = 0;
    long rightBytes = 0;
    long wrong = 0;
    try (HotFragments hot = store.open()) {
      for (StoredFragment fragment : hot.fragments()) {
        if (fragment.check() == StoredFragment.Verdict.RIGHT) {
          right++;
          rightBytes += fragment.length();
        } else {
          wrong++;
          out.println("damaged, removed: " + fragment.hash());
        }
      }
    }
    out.println("right    " + right + ", " + Terminal.bytes(rightBytes));
    out.println("damaged  " + wrong);
    out.flush();
    return (wrong == 0 ? ExitCode.OK : ExitCode.INTEGRITY).code();
  }
}
