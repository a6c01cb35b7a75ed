package io.tributary.origin.dev;

import io.tributary.content.Fid;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.dev.chain.DevChain;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.chain.RefusedException;
import io.tributary.origin.dev.miner.MinerReports;
import io.tributary.origin.identity.Signer;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;

/** Reports to a dev chain in the same process, as signed extrinsics like anybody's. */
final class ChainReports implements MinerReports {
  private final DevChain chain;

  ChainReports(DevChain chain) {
    this.chain = chain;
  }

  @Override
  public Optional<String> report(Signer miner, Fid fid, int column) throws IOException {
    byte[] extrinsic =
        ExtrinsicCodec.sign(
            new Call.TransferReport(fid, column),
            DevPallets.CALLS,
            chain.nonce(miner.account()),
            BigInteger.ZERO,
            chain.signingContext(),
            miner);
    try {
      chain.submit(extrinsic);
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e.refusal().name());
    }
  }
}
