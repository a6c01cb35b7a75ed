package io.tributary.launcher;

import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.StoreDirectory;
import io.tributary.content.FragmentHash;
import io.tributary.content.MalformedIdException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes fragments, or all of them. */
@Command(
    name = "purge",
    description = {
      "Remove some fragments, or the whole store with its files.",
      "What the operator wants kept or blocked is not forgotten.",
      "Exit code 4 if a fragment was not there."
    },
    mixinStandardHelpOptions = true)
final class CachePurgeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private StoreOption store = new StoreOption();

  @ArgGroup(multiplicity = "1")
  private What what = new What();

  private static final class What {
    @Option(names = "--all", required = true, description = "Remove the store's files.")
    private boolean isAll;

    @Parameters(paramLabel = "HASH", arity = "1..*", description = "The fragments to remove.")
    private List<String> hashes = List.of();
  }

  @Override
  public Integer call() throws StoreException {
    PrintWriter out = spec.commandLine().getOut();
    if (what.isAll) {
      StoreDirectory.remove(store.directory());
      out.println("the store is gone");
      out.flush();
      return ExitCode.OK.code();
    }
    List<FragmentHash> hashes = what.hashes.stream().map(this::parse).toList();
    boolean wereAllThere = true;
    try (HotFragments hot = store.open()) {
      for (FragmentHash hash : hashes) {
        boolean wasThere = hot.purge(hash);
        wereAllThere &= wasThere;
        out.println((wasThere ? "purged    " : "not here  ") + hash);
      }
    }
    out.flush();
    return (wereAllThere ? ExitCode.OK : ExitCode.NOT_FOUND).code();
  }

  private FragmentHash parse(String text) {
    try {
      return FragmentHash.parse(text);
    } catch (MalformedIdException e) {
      throw new ParameterException(spec.commandLine(), "'" + text + "': " + e.getMessage(), e);
    }
  }
}
