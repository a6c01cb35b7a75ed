package io.tributary.origin.dev;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainSubmitter;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.rpc.RpcAnswer;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.publish.ColumnMiners;
import io.tributary.origin.publish.PublishException;
import io.tributary.origin.scale.ScaleReader;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The miners that a dev chain assigned to the columns of a file, and may assign anew.
 *
 * <p>Blocks for the chain's answers; for use by one thread.
 */
public final class AssignedMiners implements ColumnMiners {
  /**
   * The call numbers of the submitter that {@link #AssignedMiners} takes: it sends {@code
   * reassign}, whose arguments have the shape of {@code transfer_report}.
   */
  public static final CallIndices REASSIGN = DevPallets.REASSIGN_AS_REPORT;

  private final RpcClient rpc;
  private final ChainClient chain;
  private final ChainSubmitter reassign;

  /**
   * Reads assignments through one client and miners through the other.
   *
   * @param reassign submits in the name of the file's owner with the call numbers {@link #REASSIGN}
   */
  public AssignedMiners(RpcClient rpc, ChainClient chain, ChainSubmitter reassign) {
    this.rpc = rpc;
    this.chain = chain;
    this.reassign = reassign;
  }

  @Override
  public List<Miner> assign(Fid fid) {
    byte[] record =
        join(rpc.run(
                "look up the miners assigned to file " + fid,
                session ->
                    session
                        .call(
                            "state_getStorage",
                            "0x" + HexFormat.of().formatHex(DevPallets.assignmentKey(fid)))
                        .thenApply(RpcAnswer::optionalHexBytes)))
            .orElseThrow(() -> missing("the dev chain has assigned no miners to file " + fid));
    return accounts(record).stream()
        .map(
            account ->
                join(chain.miner(account))
                    .orElseThrow(
                        () ->
                            missing("the dev chain assigned a miner it does not know: " + account)))
        .toList();
  }

  @Override
  public Optional<Miner> replace(Fid fid, int column, Set<Miner> taken) {
    try {
      join(reassign.submit(new Call.TransferReport(fid, column)));
    } catch (ChainException e) {
      // The chain was reached and says no: nobody is left, or the column is reported by now.
      if (e.rpcCode().isPresent()) {
        return Optional.empty();
      }
      throw e;
    }
    Miner next = assign(fid).get(column);
    return taken.stream().anyMatch(miner -> miner.account().equals(next.account()))
        ? Optional.empty()
        : Optional.of(next);
  }

  private static List<AccountId> accounts(byte[] record) {
    ScaleReader in = ScaleReader.of(record);
    List<AccountId> accounts =
        in.vec(
            Layout.COLUMNS,
            AccountId.BYTES,
            "assigned miners",
            reader -> AccountId.of(reader.fixed(AccountId.BYTES, "a miner's account")));
    in.end();
    if (accounts.size() != Layout.COLUMNS) {
      throw missing("the dev chain assigned " + accounts.size() + " miners to a file");
    }
    return accounts;
  }

  private static PublishException missing(String message) {
    return new PublishException(PublishException.Reason.NOT_ENOUGH_MINERS, message);
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
