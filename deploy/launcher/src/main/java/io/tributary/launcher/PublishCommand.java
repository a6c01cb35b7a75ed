package io.tributary.launcher;

import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.SegmentingException;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.identity.SeedFile;
import io.tributary.origin.publish.PublishSettings;
import io.tributary.origin.publish.Publisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes a local file on a network. */
@Command(
    name = "publish",
    description = {
      "Store a file on a network and print its fid.",
      "Declares the file on the chain, sends each column to its storage miner and waits until the"
          + " chain calls it Active. A publication that was interrupted goes on where it was when the"
          + " command is given again."
    },
    mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "The file to publish.")
  private Path file = Path.of("");

  @Option(
      names = "--network",
      required = true,
      paramLabel = "PROFILE",
      description = "The network profile, such as DIR/network.toml of a devnet.")
  private Path network = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "SEEDFILE",
      description = "The account's seed; default: publisher.seed beside the profile.")
  private @Nullable Path key;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the owner calls the file, 3 to 63 bytes; default: the file's own name.")
  private @Nullable String name;

  @Option(
      names = "--territory",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "The storage space it is booked on (default: ${DEFAULT-VALUE}).")
  private String territory = "default";

  @Option(
      names = "--fid",
      defaultValue = "merkle",
      description = "How the file is named: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private FidRule rule = FidRule.MERKLE;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Where it is noted what is stored already; default: $XDG_STATE_HOME/tributary/publish.")
  private @Nullable Path stateDir;

  @Option(
      names = "--progress",
      defaultValue = "auto",
      description = "How progress is shown: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ProgressStyle progress = ProgressStyle.AUTO;

  @Override
  public Integer call() throws IOException {
    Path seed =
        Optional.ofNullable(key)
            .orElseGet(() -> network.toAbsolutePath().resolveSibling("publisher.seed"));
    FileRecord stored = publish(NetworkProfile.read(network), seed);
    spec.commandLine().getOut().println(stored.manifest().fid());
    spec.commandLine().getOut().flush();
    return ExitCode.OK.code();
  }

  private FileRecord publish(NetworkProfile profile, Path seed) throws IOException {
    try (NetworkAccess access =
            new NetworkAccess(profile, SeedFile.read(seed, new SecureRandom()));
        CoderThreads threads = new CoderThreads();
        PublishProgress shown = PublishProgress.open(progress, Files.size(file))) {
      Publisher publisher =
          new Publisher(
              access.chain(),
              access.submitter(),
              access.columnMiners(),
              access.minerClient(),
              threads.segmenter(),
              Optional.ofNullable(stateDir).orElseGet(() -> StateHome.of("publish")),
              PublishSettings.DEFAULT,
              duration -> Thread.sleep(duration.toMillis()));
      String fileName =
          Optional.ofNullable(name).orElseGet(() -> file.toAbsolutePath().getFileName().toString());
      return publisher.publish(file, fileName, territory, rule, shown);
    } catch (SegmentingException e) {
      throw new CommandFailure(ExitCode.USAGE, file + ": " + e.getMessage(), e);
    }
  }
}
