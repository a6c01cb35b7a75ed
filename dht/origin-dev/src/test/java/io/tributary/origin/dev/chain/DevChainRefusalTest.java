package io.tributary.origin.dev.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.AccountId;
import io.tributary.content.FileRecord;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.FileState;
import io.tributary.content.Layout;
import io.tributary.content.Placement;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.chain.extrinsic.SigningContext;
import io.tributary.origin.dev.Accounts;
import io.tributary.origin.dev.SampleFile;
import io.tributary.origin.identity.Sr25519KeyPair;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each reason for which a dev chain refuses an extrinsic; a refusal never leaves a trace. */
class DevChainRefusalTest {
  private static final Set<Refusal> SEEN = EnumSet.noneOf(Refusal.class);
  private static final Sr25519KeyPair ALICE = Accounts.number(101);
  private static final Sr25519KeyPair BOB = Accounts.number(102);
  private static final SampleFile FILE = SampleFile.onPaper(1, 2);

  private DevChain chain;

  @TempDir private Path directory;

  @BeforeEach
  void open() throws Exception {
    chain = DevChain.open(directory, Clock.systemUTC());
    for (int i = 0; i < 13; i++) {
      chain.registerMiner(Accounts.number(i).account(), "http://127.0.0.1:" + (15000 + i));
    }
  }

  @AfterEach
  void close() throws Exception {
    chain.close();
  }

  @AfterAll
  static void everyReasonWasSeen() {
    assertThat(SEEN).isEqualTo(EnumSet.allOf(Refusal.class));
  }

  @Test
  void garbage_isRefused() {
    refused(Refusal.MALFORMED_EXTRINSIC, () -> chain.submit(new byte[0]));
    refused(Refusal.MALFORMED_EXTRINSIC, () -> chain.submit(new byte[] {4, 0x04}));
  }

  @Test
  void sizeThatDoesNotFitTheSegments_isRefused() {
    byte[] extrinsic = signed(FILE.declaration(ALICE.account()), ALICE);
    // The size is the last u128 of the call; one segment more than the list has.
    long size = 3L * Layout.SEGMENT_BYTES;
    for (int i = 0; i < Long.BYTES; i++) {
      extrinsic[extrinsic.length - 16 + i] = (byte) (size >>> (8 * i));
    }
    refused(Refusal.MALFORMED_EXTRINSIC, () -> chain.submit(extrinsic));
  }

  @Test
  void callOfAnotherPallet_isRefused() {
    CallIndices others = new CallIndices(7, 0, 3, 6);
    byte[] extrinsic =
        ExtrinsicCodec.sign(
            FILE.declaration(ALICE.account()),
            others,
            0,
            BigInteger.ZERO,
            chain.signingContext(),
            ALICE);
    refused(Refusal.MALFORMED_EXTRINSIC, () -> chain.submit(extrinsic));
  }

  @Test
  void signatureOfAnotherChainVersionOrCall_isRefused() {
    SigningContext right = chain.signingContext();
    for (SigningContext wrong :
        List.of(
            new SigningContext(
                right.specVersion() + 1, right.transactionVersion(), right.genesis()),
            new SigningContext(
                right.specVersion(), right.transactionVersion() + 1, right.genesis()),
            new SigningContext(
                right.specVersion(), right.transactionVersion(), chain.head().hash()))) {
      byte[] extrinsic =
          ExtrinsicCodec.sign(
              FILE.declaration(ALICE.account()),
              DevPallets.CALLS,
              0,
              BigInteger.ZERO,
              wrong,
              ALICE);
      refused(Refusal.BAD_SIGNATURE, () -> chain.submit(extrinsic));
    }
    byte[] tampered = signed(new Call.DeleteFile(ALICE.account(), FILE.fid()), ALICE);
    tampered[tampered.length - 1] ^= 1;
    refused(Refusal.BAD_SIGNATURE, () -> chain.submit(tampered));
  }

  @Test
  void nonceUsedOrAhead_isRefused() throws Exception {
    byte[] first = signed(FILE.declaration(ALICE.account()), ALICE);
    chain.submit(first);
    refused(Refusal.STALE_NONCE, () -> chain.submit(first));
    byte[] ahead =
        ExtrinsicCodec.sign(
            FILE.declaration(ALICE.account()),
            DevPallets.CALLS,
            5,
            BigInteger.ZERO,
            chain.signingContext(),
            ALICE);
    refused(Refusal.FUTURE_NONCE, () -> chain.submit(ahead));
  }

  @Test
  void declarationForAnother_orWithBadNames_isRefused() {
    refused(Refusal.SIGNER_IS_NOT_OWNER, FILE.declaration(BOB.account()), ALICE);
    for (String name : List.of("", "ab", "x".repeat(64), "é".repeat(32))) {
      refused(Refusal.BAD_FILE_NAME, declaration(name, "land"), ALICE);
    }
    for (String territory : List.of("", "x".repeat(64))) {
      refused(Refusal.BAD_TERRITORY_NAME, declaration("name", territory), ALICE);
    }
  }

  @Test
  void declarationOnOrder_orOwned_isRefused() throws Exception {
    submit(FILE.declaration(ALICE.account()), ALICE);
    refused(Refusal.DEAL_EXISTS, FILE.declaration(ALICE.account()), ALICE);
    refused(Refusal.DEAL_EXISTS, FILE.declaration(BOB.account()), BOB);
    store();
    refused(Refusal.ALREADY_OWNER, FILE.declaration(ALICE.account()), ALICE);
  }

  @Test
  void ownerAboveTheLimit_isRefused() {
    // Fifty thousand signed extrinsics take too long, so the full file is put into the draft.
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      byte[] account = new byte[AccountId.BYTES];
      account[0] = (byte) i;
      account[1] = (byte) (i >>> 8);
      owners.add(new Owner(AccountId.of(account), "name", "land"));
    }
    Placement.Seat seat = new Placement.Seat(ALICE.account(), true);
    FileRecord full =
        new FileRecord(
            FILE.manifest(),
            new Placement(Collections.nCopies(2, Collections.nCopies(Layout.COLUMNS, seat))),
            FileState.ACTIVE,
            owners);
    BlockDraft draft = new BlockDraft(key -> java.util.Optional.empty());
    draft.put(
        ChainRecords.bytes(io.tributary.origin.chain.storage.StorageKey.file(FILE.fid())),
        io.tributary.origin.chain.storage.FileCodec.encode(full, 1));
    refused(
        Refusal.TOO_MANY_OWNERS,
        () ->
            new FileBank(draft, 2, List.of())
                .call(ALICE.account(), FILE.declaration(ALICE.account())));
  }

  @Test
  void declarationWithElevenPositiveMiners_isRefused() throws Exception {
    chain.setMinerState(Accounts.number(0).account(), Miner.State.FROZEN);
    chain.setMinerState(Accounts.number(1).account(), Miner.State.LOCK);
    refused(Refusal.NOT_ENOUGH_MINERS, FILE.declaration(ALICE.account()), ALICE);
    chain.setMinerState(Accounts.number(1).account(), Miner.State.POSITIVE);
    submit(FILE.declaration(ALICE.account()), ALICE);
  }

  @Test
  void reportThatIsNotDue_isRefused() throws Exception {
    refused(Refusal.NO_DEAL, new Call.TransferReport(FILE.fid(), 0), Accounts.number(0));
    submit(FILE.declaration(ALICE.account()), ALICE);
    Sr25519KeyPair first = assigned(0);
    refused(Refusal.NOT_A_MINER, new Call.TransferReport(FILE.fid(), 0), ALICE);
    refused(Refusal.NOT_ASSIGNED, new Call.TransferReport(FILE.fid(), 1), first);
    chain.setMinerState(first.account(), Miner.State.FROZEN);
    refused(Refusal.MINER_NOT_POSITIVE, new Call.TransferReport(FILE.fid(), 0), first);
    chain.setMinerState(first.account(), Miner.State.POSITIVE);
    submit(new Call.TransferReport(FILE.fid(), 0), first);
    refused(Refusal.COLUMN_REPORTED, new Call.TransferReport(FILE.fid(), 0), first);
    refused(Refusal.MINER_REPORTED, new Call.TransferReport(FILE.fid(), 1), first);
  }

  @Test
  void deletionOfWhatIsNotOnesOwn_isRefused() throws Exception {
    refused(Refusal.NO_FILE, new Call.DeleteFile(ALICE.account(), FILE.fid()), ALICE);
    submit(FILE.declaration(ALICE.account()), ALICE);
    store();
    refused(Refusal.SIGNER_IS_NOT_OWNER, new Call.DeleteFile(ALICE.account(), FILE.fid()), BOB);
    refused(Refusal.NOT_OWNER, new Call.DeleteFile(BOB.account(), FILE.fid()), BOB);
  }

  @Test
  void reassignment_movesAnOpenColumnToTheNextMiner_andIsRefusedOtherwise() throws Exception {
    refused(Refusal.NO_DEAL, () -> reassign(0, ALICE));
    submit(FILE.declaration(ALICE.account()), ALICE);
    refused(Refusal.SIGNER_IS_NOT_OWNER, () -> reassign(0, BOB));
    List<AccountId> before = chain.deal(FILE.fid()).orElseThrow().miners();
    Sr25519KeyPair replaced = assigned(3);
    reassign(3, ALICE);
    List<AccountId> after = chain.deal(FILE.fid()).orElseThrow().miners();
    assertThat(after.get(3)).isNotIn(before);
    assertThat(after).doesNotHaveDuplicates();
    for (int column = 0; column < Layout.COLUMNS; column++) {
      assertThat(after.get(column).equals(before.get(column))).isEqualTo(column != 3);
    }
    refused(Refusal.NOT_ASSIGNED, new Call.TransferReport(FILE.fid(), 3), replaced);
    submit(new Call.TransferReport(FILE.fid(), 3), assigned(3));
    refused(Refusal.COLUMN_REPORTED, () -> reassign(3, ALICE));

    chain.setMinerState(replaced.account(), Miner.State.EXIT);
    refused(Refusal.NO_OTHER_MINER, () -> reassign(0, ALICE));
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private void refused(Refusal refusal, Attempt attempt) {
    Header head = chain.head();
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(refusal))
        .hasMessageStartingWith(refusal.name() + ": ");
    assertThat(chain.head()).isEqualTo(head);
    SEEN.add(refusal);
  }

  private void refused(Refusal refusal, Call call, Sr25519KeyPair signer) {
    long nonce = chain.nonce(signer.account());
    refused(refusal, () -> submit(call, signer));
    assertThat(chain.nonce(signer.account())).isEqualTo(nonce);
  }

  private void submit(Call call, Sr25519KeyPair signer) throws Exception {
    chain.submit(signed(call, signer));
  }

  private byte[] signed(Call call, Sr25519KeyPair signer) {
    return ExtrinsicCodec.sign(
        call,
        DevPallets.CALLS,
        chain.nonce(signer.account()),
        BigInteger.ZERO,
        chain.signingContext(),
        signer);
  }

  private void reassign(int column, Sr25519KeyPair signer) throws Exception {
    chain.submit(
        DevPallets.signReassign(
            FILE.fid(), column, chain.nonce(signer.account()), chain.signingContext(), signer));
  }

  private void store() throws Exception {
    for (int column = 0; column < Layout.COLUMNS; column++) {
      submit(new Call.TransferReport(FILE.fid(), column), assigned(column));
    }
    assertThat(chain.file(FILE.fid())).isPresent();
  }

  private Sr25519KeyPair assigned(int column) {
    AccountId account = chain.deal(FILE.fid()).orElseThrow().miners().get(column);
    return IntStream.range(0, 13)
        .mapToObj(Accounts::number)
        .filter(pair -> pair.account().equals(account))
        .findFirst()
        .orElseThrow();
  }

  private static Call declaration(String fileName, String territory) {
    return new Call.UploadDeclaration(
        FILE.manifest(), new Owner(ALICE.account(), fileName, territory));
  }
}
