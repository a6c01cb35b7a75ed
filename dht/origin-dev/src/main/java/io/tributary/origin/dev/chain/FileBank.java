package io.tributary.origin.dev.chain;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.FileState;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.Placement;
import io.tributary.content.Placement.Seat;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.storage.DealCodec;
import io.tributary.origin.chain.storage.FileCodec;
import io.tributary.origin.chain.storage.MinerCodec;
import io.tributary.origin.chain.storage.RecordLimits;
import io.tributary.origin.chain.storage.StorageKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the storage calls do to a block in the making, or why not.
 *
 * <pre>{@code
 *               upload_declaration          12th transfer_report
 * (nothing) --------------------> deal ------------------------> file --+
 *                                  |  ^                           |  ^  | upload_declaration:
 *                                  +--+ transfer_report, reassign |  +--+ one owner more
 *                                                                 |
 * (nothing) <-----------------------------------------------------+ delete_file of the last owner
 * }</pre>
 *
 * <p>As on CESS nobody checks that a fid follows from the hashes, and a second owner of a stored
 * file need not show that he has it.
 */
final class FileBank {
  private static final int MIN_FILE_NAME_BYTES = 3;
  private static final int MAX_NAME_BYTES = 63;

  private final BlockDraft draft;
  private final ChainRecords records;
  private final long block;
  private final List<AccountId> positiveMiners;

  /**
   * @param block the number of the block in the making
   * @param positiveMiners who may be asked to store, in any order
   */
  FileBank(BlockDraft draft, long block, List<AccountId> positiveMiners) {
    this.draft = draft;
    this.records = new ChainRecords(draft::get);
    this.block = block;
    this.positiveMiners = positiveMiners;
  }

  void call(AccountId signer, Call call) throws RefusedException {
    if (call instanceof Call.UploadDeclaration declaration) {
      declare(signer, declaration.manifest(), declaration.owner());
    } else if (call instanceof Call.TransferReport report) {
      report(signer, report.fid(), report.column());
    } else if (call instanceof Call.DeleteFile delete) {
      delete(signer, delete.owner(), delete.fid());
    }
  }

  void reassign(AccountId signer, Fid fid, int column) throws RefusedException {
    Deal deal = openDeal(fid);
    require(
        deal.owner().account().equals(signer),
        Refusal.SIGNER_IS_NOT_OWNER,
        "the deal is not the signer's");
    require(
        !deal.reportedColumns().get(column), Refusal.COLUMN_REPORTED, "the column is in keeping");
    List<AccountId> miners = new ArrayList<>(assignment(fid));
    AccountId next =
        MinerRanking.of(fid, positiveMiners)
            .next(miners.get(column), miners)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.NO_OTHER_MINER, "all positive miners are in the deal"));
    miners.set(column, next);
    draft.put(DevPallets.assignmentKey(fid), ChainRecords.encodeAssignment(miners));
  }

  private void declare(AccountId signer, Manifest manifest, Owner owner) throws RefusedException {
    require(
        owner.account().equals(signer),
        Refusal.SIGNER_IS_NOT_OWNER,
        "the declaration is for another account");
    requireName(owner.fileName(), MIN_FILE_NAME_BYTES, Refusal.BAD_FILE_NAME, "a file's name");
    requireName(owner.territory(), 1, Refusal.BAD_TERRITORY_NAME, "a territory's name");
    Fid fid = manifest.fid();
    require(records.deal(fid).isEmpty(), Refusal.DEAL_EXISTS, "the file is on order");
    var stored = records.file(fid);
    if (stored.isPresent()) {
      addOwner(stored.get(), owner);
      return;
    }
    List<AccountId> miners =
        MinerRanking.of(fid, positiveMiners)
            .first()
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.NOT_ENOUGH_MINERS,
                        positiveMiners.size() + " of " + Layout.COLUMNS + " are there"));
    draft.put(
        ChainRecords.bytes(StorageKey.deal(fid)),
        DealCodec.encode(new Deal(manifest, owner, List.of())));
    draft.put(DevPallets.assignmentKey(fid), ChainRecords.encodeAssignment(miners));
  }

  private void addOwner(FileRecord file, Owner owner) throws RefusedException {
    require(
        !owns(file, owner.account()), Refusal.ALREADY_OWNER, "the account owns the file already");
    require(
        file.owners().size() < RecordLimits.MAX_OWNERS,
        Refusal.TOO_MANY_OWNERS,
        "a file has at most " + RecordLimits.MAX_OWNERS);
    List<Owner> owners = new ArrayList<>(file.owners());
    owners.add(owner);
    putOwners(file, owners);
  }

  private void report(AccountId signer, Fid fid, int column) throws RefusedException {
    Miner miner =
        records
            .miner(signer)
            .orElseThrow(
                () -> new RefusedException(Refusal.NOT_A_MINER, "the signer is not registered"));
    require(
        miner.state() == Miner.State.POSITIVE,
        Refusal.MINER_NOT_POSITIVE,
        "the miner is " + miner.state());
    Deal deal = openDeal(fid);
    require(
        !deal.reportedColumns().get(column), Refusal.COLUMN_REPORTED, "the column is in keeping");
    require(
        deal.reports().stream().noneMatch(report -> report.miner().equals(signer)),
        Refusal.MINER_REPORTED,
        "a miner has one column");
    require(
        assignment(fid).get(column).equals(signer),
        Refusal.NOT_ASSIGNED,
        "the column is another miner's");
    List<Deal.Report> reports = new ArrayList<>(deal.reports());
    reports.add(new Deal.Report(column, signer));
    if (reports.size() < Layout.COLUMNS) {
      draft.put(
          ChainRecords.bytes(StorageKey.deal(fid)),
          DealCodec.encode(new Deal(deal.manifest(), deal.owner(), reports)));
    } else {
      activate(deal, reports);
    }
  }

  private void activate(Deal deal, List<Deal.Report> reports) {
    Manifest manifest = deal.manifest();
    Map<Integer, Seat> seats = new TreeMap<>();
    reports.forEach(report -> seats.put(report.column(), new Seat(report.miner(), true)));
    Placement placement =
        new Placement(Collections.nCopies(manifest.segments().size(), List.copyOf(seats.values())));
    FileRecord file = new FileRecord(manifest, placement, FileState.ACTIVE, List.of(deal.owner()));
    draft.put(ChainRecords.bytes(StorageKey.file(manifest.fid())), FileCodec.encode(file, block));
    draft.remove(ChainRecords.bytes(StorageKey.deal(manifest.fid())));
    draft.remove(DevPallets.assignmentKey(manifest.fid()));
    addServiceSpace(file, 1);
  }

  private void delete(AccountId signer, AccountId owner, Fid fid) throws RefusedException {
    require(signer.equals(owner), Refusal.SIGNER_IS_NOT_OWNER, "an owner deletes for himself only");
    FileRecord file =
        records
            .file(fid)
            .orElseThrow(() -> new RefusedException(Refusal.NO_FILE, "nothing to delete"));
    require(owns(file, owner), Refusal.NOT_OWNER, "the account does not own the file");
    List<Owner> left =
        file.owners().stream().filter(other -> !other.account().equals(owner)).toList();
    if (left.isEmpty()) {
      draft.remove(ChainRecords.bytes(StorageKey.file(fid)));
      addServiceSpace(file, -1);
    } else {
      putOwners(file, left);
    }
  }

  private void putOwners(FileRecord file, List<Owner> owners) {
    Fid fid = file.manifest().fid();
    long completionBlock = records.completionBlock(fid).orElse(block);
    FileRecord changed = new FileRecord(file.manifest(), file.placement(), file.state(), owners);
    draft.put(ChainRecords.bytes(StorageKey.file(fid)), FileCodec.encode(changed, completionBlock));
  }

  /** Books a file's fragments on its miners, or takes them off again. */
  private void addServiceSpace(FileRecord file, int sign) {
    long columnBytes = (long) file.manifest().segments().size() * Layout.FRAGMENT_BYTES;
    for (Seat seat : file.placement().segments().get(0)) {
      records
          .miner(seat.miner())
          .ifPresent(
              miner ->
                  draft.put(
                      ChainRecords.bytes(StorageKey.miner(seat.miner())),
                      MinerCodec.encode(withServiceSpace(miner, sign * columnBytes))));
    }
  }

  private static Miner withServiceSpace(Miner miner, long moreBytes) {
    Miner.Space space = miner.space();
    return new Miner(
        miner.account(),
        miner.beneficiary(),
        miner.staking(),
        miner.endpoint(),
        miner.collaterals(),
        miner.debt(),
        miner.state(),
        new Miner.Space(
            space.declaredBytes(),
            space.idleBytes(),
            Math.max(0, space.serviceBytes() + moreBytes),
            space.lockedBytes()));
  }

  private Deal openDeal(Fid fid) throws RefusedException {
    return records
        .deal(fid)
        .orElseThrow(() -> new RefusedException(Refusal.NO_DEAL, "no deal is open for " + fid));
  }

  private List<AccountId> assignment(Fid fid) {
    return records
        .assignment(fid)
        .orElseThrow(() -> new IllegalStateException("every open deal has its miners"));
  }

  private static boolean owns(FileRecord file, AccountId account) {
    return file.owners().stream().anyMatch(owner -> owner.account().equals(account));
  }

  private static void requireName(String name, int minBytes, Refusal refusal, String what)
      throws RefusedException {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    require(
        bytes >= minBytes && bytes <= MAX_NAME_BYTES,
        refusal,
        what + " has " + minBytes + " to " + MAX_NAME_BYTES + " bytes, this has " + bytes);
  }

  private static void require(boolean condition, Refusal refusal, String detail)
      throws RefusedException {
    if (!condition) {
      throw new RefusedException(refusal, detail);
    }
  }
}
