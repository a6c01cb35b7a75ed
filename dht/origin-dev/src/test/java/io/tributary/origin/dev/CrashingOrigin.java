package io.tributary.origin.dev;

import io.tributary.content.AccountId;
import io.tributary.content.Layout;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.Sr25519KeyPair;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * A process that stores one file after the other until it is killed, and says after each step what
 * it was told is done.
 */
public final class CrashingOrigin {
  private static final Sr25519KeyPair OWNER = Accounts.number(1);

  private CrashingOrigin() {}

  /**
   * Runs until it is killed.
   *
   * @param args the directory, and the number of the first file
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    MinerClient client = new MinerClient(OWNER);
    DevOrigin.Config config =
        new DevOrigin.Config(
            Path.of(args[0]), 12, 0, 0, OptionalInt.empty(), Duration.ofSeconds(1));
    DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
    DevOrigin origin = DevOrigin.start(runtime, config, new SecureRandom());
    for (long number = Long.parseLong(args[1]); ; number++) {
      SampleFile file = SampleFile.of(number, 1, 3);
      origin
          .chain()
          .submit(
              ExtrinsicCodec.sign(
                  file.declaration(OWNER.account()),
                  DevPallets.CALLS,
                  origin.chain().nonce(OWNER.account()),
                  BigInteger.ZERO,
                  origin.chain().signingContext(),
                  OWNER));
      out.println("DECLARED " + number + " " + origin.chain().head().hash());
      List<AccountId> miners = origin.chain().deal(file.fid()).orElseThrow().miners();
      for (int column = 0; column < Layout.COLUMNS; column++) {
        String url = origin.miner(miners.get(column)).url();
        var fragment = file.fragment(0, column);
        var answer =
            fragment.isZero()
                ? client.putNothing(url, file.fid(), fragment)
                : client.put(url, file.fid(), fragment, file.bytes(0, column));
        if (new String(answer.body(), StandardCharsets.UTF_8).startsWith("{\"code\":200,")) {
          out.println("STORED " + number + " " + column);
        }
      }
    }
  }
}
