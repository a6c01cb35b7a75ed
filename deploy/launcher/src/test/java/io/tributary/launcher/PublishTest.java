package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.Fid;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.FileState;
import io.tributary.content.Layout;
import io.tributary.devnet.Devnet;
import io.tributary.devnet.DevnetFiles;
import io.tributary.devnet.DevnetPlan;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.dev.miner.FaultRule;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.SeedFile;
import io.tributary.origin.publish.PublishException;
import io.tributary.origin.publish.PublishListener;
import io.tributary.origin.publish.PublishSettings;
import io.tributary.origin.publish.Publisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Publishes files on a dev chain and dev miners over real sockets and disks. */
final class PublishTest {
  private static final int FILE_BYTES = Layout.SEGMENT_BYTES + 5_000_000;
  private static final int FRAGMENTS = 2 * Layout.COLUMNS;

  private static final PublishSettings QUICK =
      new PublishSettings(
          Duration.ofMillis(50), Duration.ofMinutes(1), Duration.ofMinutes(1), 40, 3);

  @TempDir private Path dir = Path.of("");
  private final List<AutoCloseable> open = new ArrayList<>();

  private DevnetFiles devnet = new DevnetFiles(Path.of(""));
  private Path file = Path.of("");

  @BeforeEach
  void writeFile() throws IOException {
    devnet = new DevnetFiles(dir);
    byte[] content = new byte[FILE_BYTES];
    new SplittableRandom(7).nextBytes(content);
    file = Files.write(dir.resolve("movie.bin"), content);
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    open.clear();
  }

  @Test
  void publishedFile_isActiveAndComesBack() throws Exception {
    DevOrigin origin = start(12);
    Path state = dir.resolve("state");
    Ran publish =
        Ran.tributary(
            "publish",
            file.toString(),
            "--network",
            devnet.profile().toString(),
            "--state-dir",
            state.toString());
    assertThat(publish.err()).isEmpty();
    assertThat(publish.exitCode()).isZero();
    Ran inspect = Ran.tributary("file", "inspect", file.toString());
    assertThat(inspect.out()).contains("fid merkle  " + publish.out().strip());
    assertThat(state).isEmptyDirectory();

    NetworkAccess access = access();
    FileRecord again = publish(access, FidRule.MERKLE, noSends());
    assertThat(again.state()).isEqualTo(FileState.ACTIVE);
    assertThat(again.owners()).hasSize(1);
    for (int column = 0; column < Layout.COLUMNS; column++) {
      assertThat(again.placement().seat(1, column).miner())
          .isEqualTo(again.placement().seat(0, column).miner());
    }
    for (int column = 0; column < 8; column += 2) {
      origin
          .miner(again.placement().seat(0, column).miner())
          .setFault(FaultRule.always(new Fault(Fault.Kind.WRONG_BYTES, 0)));
    }
    Path back = dir.resolve("back.bin");
    try (var out = Channels.newChannel(Files.newOutputStream(back))) {
      new MinerRestore(access.chain(), access.minerClient()).restore(again, out);
    }
    assertThat(Files.mismatch(file, back)).isEqualTo(-1);
  }

  @Test
  void interruptedPublication_sendsOnlyWhatIsMissing() throws Exception {
    start(12);
    NetworkAccess access = access();
    Sends first = new Sends("1/5");
    assertThatThrownBy(() -> publish(access, FidRule.MERKLE, first)).hasMessage("killed at 1/5");
    Sends second = new Sends("never");
    FileRecord record = publish(access, FidRule.MERKLE, second);
    assertThat(record.state()).isEqualTo(FileState.ACTIVE);
    assertThat(first.fragments).hasSizeGreaterThan(Layout.COLUMNS);
    assertThat(second.fragments).doesNotContainAnyElementsOf(first.fragments);
    assertThat(first.fragments.size() + second.fragments.size()).isEqualTo(FRAGMENTS);
  }

  @Test
  void deadMiner_isReplacedByAnother() throws Exception {
    DevOrigin origin = start(14);
    NetworkAccess access = access();
    List<Miner> replacements = new ArrayList<>();
    PublishListener listener =
        new PublishListener() {
          @Override
          public void declared(Fid fid, int alreadyStored, int total) {
            kill(origin, access.columnMiners().assign(fid).get(3));
          }

          @Override
          public void replaced(int column, Miner failed, Miner other, RuntimeException why) {
            assertThat(column).isEqualTo(3);
            replacements.add(other);
          }
        };
    FileRecord record = publish(access, FidRule.MERKLE, listener);
    assertThat(replacements).hasSize(1);
    assertThat(record.placement().seat(0, 3).miner()).isEqualTo(replacements.get(0).account());
    assertThat(record.state()).isEqualTo(FileState.ACTIVE);
  }

  @Test
  void minerWithoutReplacement_isNamedAndNothingIsSentTwice() throws Exception {
    DevOrigin origin = start(12);
    DevMiner dead = origin.miners().get(4);
    dead.setFault(FaultRule.always(new Fault(Fault.Kind.DOWN, 0)));
    NetworkAccess access = access();
    assertThatThrownBy(() -> publish(access, FidRule.MERKLE, PublishListener.NONE))
        .isInstanceOf(PublishException.class)
        .hasMessageContaining(dead.url())
        .hasMessageContaining("publish again");
    dead.clearFault();
    Sends second = new Sends("never");
    publish(access(), FidRule.MERKLE, second);
    assertThat(second.fragments).hasSizeBetween(1, FRAGMENTS - 1);
  }

  @Test
  void secondOwner_isAddedWithoutSending() throws Exception {
    start(12);
    publish(access(), FidRule.FLAT, PublishListener.NONE);
    Path otherSeed = dir.resolve("other.seed");
    SeedFile.create(otherSeed, new SecureRandom());
    NetworkAccess other =
        keep(
            new NetworkAccess(
                NetworkProfile.read(devnet.profile()),
                SeedFile.read(otherSeed, new SecureRandom())));
    FileRecord record = publish(other, FidRule.FLAT, noSends());
    assertThat(record.owners()).hasSize(2);
  }

  @Test
  void unreachableChain_isNamedWithItsExitCode() throws Exception {
    String url = start(12).chainHttpUrl();
    close();
    Ran publish =
        Ran.tributary("publish", file.toString(), "--network", devnet.profile().toString());
    assertThat(publish.exitCode()).isEqualTo(ExitCode.UNREACHABLE.code());
    assertThat(publish.err()).contains(url).contains("check that the node runs");
  }

  private DevOrigin start(int miners) throws IOException {
    DevRuntime runtime = keep(DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1)));
    Devnet started =
        keep(
            Devnet.start(
                new DevnetPlan(
                    devnet.directory(),
                    dir,
                    miners,
                    0,
                    0,
                    List.of("local"),
                    DevnetPlan.Ports.free(),
                    false),
                DevnetOptions.program(),
                runtime,
                new SecureRandom()));
    return started.origin();
  }

  private NetworkAccess access() throws IOException {
    return keep(
        new NetworkAccess(
            NetworkProfile.read(devnet.profile()),
            SeedFile.read(devnet.publisherSeed(), new SecureRandom())));
  }

  private FileRecord publish(NetworkAccess access, FidRule rule, PublishListener listener)
      throws IOException {
    return new Publisher(
            access.chain(),
            access.submitter(),
            access.columnMiners(),
            access.minerClient(),
            keep(new CoderThreads()).segmenter(),
            dir.resolve("journals"),
            QUICK,
            duration -> Thread.sleep(duration.toMillis()))
        .publish(file, "movie.bin", "t", rule, listener);
  }

  private static void kill(DevOrigin origin, Miner miner) {
    try {
      origin.miner(miner.account()).setFault(FaultRule.always(new Fault(Fault.Kind.DOWN, 0)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PublishListener noSends() {
    return new Sends("0/0") {
      @Override
      public void stored(int segment, int column, Miner miner) {
        throw new IllegalStateException("nothing needed to be sent");
      }
    };
  }

  private <T extends AutoCloseable> T keep(T resource) {
    open.add(resource);
    return resource;
  }

  /** Remembers what is stored, and dies once a certain fragment is. */
  private static class Sends implements PublishListener {
    final List<String> fragments = new ArrayList<>();
    private final String dieAt;

    Sends(String dieAt) {
      this.dieAt = dieAt;
    }

    @Override
    public void stored(int segment, int column, Miner miner) {
      String fragment = segment + "/" + column;
      fragments.add(fragment);
      if (fragment.equals(dieAt)) {
        throw new IllegalStateException("killed at " + fragment);
      }
    }
  }
}
