package io.tributary.origin.dev.chain;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.ExtrinsicHash;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.chain.extrinsic.SignedExtrinsic;
import io.tributary.origin.chain.extrinsic.SigningContext;
import io.tributary.origin.chain.storage.GatewayCodec;
import io.tributary.origin.chain.storage.MinerCodec;
import io.tributary.origin.chain.storage.StorageKey;
import io.tributary.origin.chain.storage.StorageMap;
import io.tributary.origin.dev.chain.UnknownBlockException.Reason;
import io.tributary.origin.dev.runtime.DirectoryLock;
import io.tributary.origin.identity.Sr25519;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleWriter;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * A chain of one for development: it keeps CESS's storage records in a directory and does CESS's
 * storage calls.
 *
 * <p>Each accepted extrinsic makes one block, which is final at once. A refused one leaves no
 * trace. Besides what CESS does, an order to store is given to twelve positive miners when it is
 * declared, and only the miner of a column may report it; see {@link DevPallets}. Space, fees and
 * territories are not booked.
 *
 * <p>Safe for use by many threads; methods may wait for the disk.
 */
public final class DevChain implements AutoCloseable {
  /** The version of the runtime, which signatures are bound to. */
  public static final long SPEC_VERSION = 1;

  /** The version of the calls, which signatures are bound to. */
  public static final long TRANSACTION_VERSION = 1;

  /** How many blocks behind the newest the state is still known. */
  public static final int HISTORY_BLOCKS = ChainStore.HISTORY_BLOCKS;

  /** The most keys of one answer. */
  public static final int MAX_KEYS = 1000;

  /** What a miner promises, by default: 1 TiB. */
  private static final long DECLARED_BYTES = 1L << 40;

  private static final Digest NOTHING = Digest.of(new byte[Digest.BYTES]);

  private final DirectoryLock lock;
  private final ChainStore store;
  private final Clock clock;
  private final BlockHash genesis;
  private final ReadWriteLock order = new ReentrantReadWriteLock();

  private DevChain(DirectoryLock lock, ChainStore store, Clock clock) throws IOException {
    this.lock = lock;
    this.store = store;
    this.clock = clock;
    if (store.head().isEmpty()) {
      BlockDraft first = new BlockDraft(store::get);
      first.put(DevPallets.nowKey(), now());
      store.commit(
          new Header(new BlockHash(NOTHING), 0, first.stateRoot(NOTHING), NOTHING),
          first.changes());
    }
    this.genesis = store.header(0).orElseThrow().hash();
  }

  /**
   * Opens the chain of a directory, or starts a new one there.
   *
   * @param clock what time the blocks carry
   * @throws io.tributary.origin.dev.runtime.DirectoryInUseException if another chain has it
   * @throws IOException if the file in it cannot be read
   */
  public static DevChain open(Path directory, Clock clock) throws IOException {
    DirectoryLock lock = DirectoryLock.take(directory, "dev chain");
    try {
      return new DevChain(lock, ChainStore.open(directory.resolve("chain.mv")), clock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Returns what signatures for this chain are bound to. */
  public SigningContext signingContext() {
    return new SigningContext(SPEC_VERSION, TRANSACTION_VERSION, genesis);
  }

  /** Returns the newest block, which is final. */
  public Header head() {
    return reading(() -> store.head().orElseThrow());
  }

  /** Returns the header of a block. */
  public Optional<Header> header(BlockHash hash) {
    return reading(() -> store.number(hash).flatMap(store::header));
  }

  /** Returns the header of a block. */
  public Optional<Header> header(long number) {
    return reading(() -> store.header(number));
  }

  /** Returns what is stored under a key after the newest block. */
  public Optional<byte[]> storage(byte[] key) {
    return reading(() -> store.get(key));
  }

  /**
   * Returns what was stored under a key after a block.
   *
   * @throws UnknownBlockException if there is no such block or it is older than {@link
   *     #HISTORY_BLOCKS}
   */
  public Optional<byte[]> storage(byte[] key, BlockHash at) throws UnknownBlockException {
    order.readLock().lock();
    try {
      return store.get(key, recent(at));
    } finally {
      order.readLock().unlock();
    }
  }

  /**
   * Lists keys in order.
   *
   * @param prefix what they begin with
   * @param after the keys come after this one; empty for all
   * @param count the most keys to return, at most {@link #MAX_KEYS}
   * @param at the block after which they were there; empty for the newest
   * @throws UnknownBlockException as for {@link #storage(byte[], BlockHash)}
   */
  public List<byte[]> keys(byte[] prefix, byte[] after, int count, Optional<BlockHash> at)
      throws UnknownBlockException {
    order.readLock().lock();
    try {
      long number = at.isPresent() ? recent(at.get()) : store.head().orElseThrow().number();
      return store.keys(prefix, after, Math.min(count, MAX_KEYS), number);
    } finally {
      order.readLock().unlock();
    }
  }

  /** Returns the nonce of an account's next extrinsic. */
  public long nonce(AccountId account) {
    return reading(() -> records().nonce(account));
  }

  /** Returns the record of a stored file. */
  public Optional<FileRecord> file(Fid fid) {
    return reading(() -> records().file(fid));
  }

  /**
   * An open deal and who is to fulfil it.
   *
   * @param deal the deal
   * @param miners by column, who is to store it
   */
  public record AssignedDeal(Deal deal, List<AccountId> miners) {}

  /** Returns the open deal of a file. */
  public Optional<AssignedDeal> deal(Fid fid) {
    return reading(
        () ->
            records()
                .deal(fid)
                .map(deal -> new AssignedDeal(deal, records().assignment(fid).orElseThrow())));
  }

  /** Returns all registered miners, in the order of their storage keys. */
  public List<Miner> miners() {
    return reading(
        () -> {
          List<Miner> miners = new ArrayList<>();
          byte[] prefix = ChainRecords.bytes(StorageMap.MINERS);
          long number = store.head().orElseThrow().number();
          for (byte[] key : store.keys(prefix, new byte[0], Integer.MAX_VALUE / 2, number)) {
            byte[] account =
                java.util.Arrays.copyOfRange(key, key.length - AccountId.BYTES, key.length);
            records().miner(AccountId.of(account)).ifPresent(miners::add);
          }
          return miners;
        });
  }

  /**
   * Does what a signed extrinsic asks, in a new block.
   *
   * @throws RefusedException if it is not valid or what it asks cannot be done
   * @throws IOException if the block cannot be written; the chain must then be opened again
   */
  public ExtrinsicHash submit(byte[] extrinsic) throws RefusedException, IOException {
    Asked asked = read(extrinsic);
    SignedExtrinsic signed = asked.signed();
    // The costly check comes before the lock: it does not depend on the state.
    if (!Sr25519.verify(signed.signer(), signed.message(signingContext()), signed.signature())) {
      throw new RefusedException(
          Refusal.BAD_SIGNATURE, "it does not hold for this call on this chain");
    }
    order.writeLock().lock();
    try {
      AccountId signer = signed.signer();
      long expected = records().nonce(signer);
      if (signed.nonce() != expected) {
        throw new RefusedException(
            signed.nonce() < expected ? Refusal.STALE_NONCE : Refusal.FUTURE_NONCE,
            "the nonce is " + signed.nonce() + ", the next is " + expected);
      }
      BlockDraft draft = new BlockDraft(store::get);
      FileBank fileBank = new FileBank(draft, nextNumber(), positiveMiners());
      if (asked.isReassign()) {
        Call.TransferReport reassign = (Call.TransferReport) signed.call();
        fileBank.reassign(signer, reassign.fid(), reassign.column());
      } else {
        fileBank.call(signer, signed.call());
      }
      draft.put(DevPallets.accountKey(signer), ChainRecords.encodeAccount(expected + 1));
      commit(draft, extrinsic);
      return ExtrinsicCodec.hash(extrinsic);
    } finally {
      order.writeLock().unlock();
    }
  }

  /**
   * Registers a miner as positive, or gives a registered one a new endpoint; makes a block unless
   * nothing changes.
   *
   * @param endpoint the base URL of its HTTP API
   */
  public void registerMiner(AccountId account, String endpoint) throws IOException {
    putMiner(
        account,
        known ->
            known
                .map(miner -> changed(miner, endpoint, miner.state()))
                .orElseGet(
                    () ->
                        new Miner(
                            account,
                            account,
                            account,
                            endpoint,
                            BigInteger.ZERO,
                            BigInteger.ZERO,
                            Miner.State.POSITIVE,
                            new Miner.Space(DECLARED_BYTES, DECLARED_BYTES, 0, 0))));
  }

  /**
   * Puts a miner into a state; makes a block unless nothing changes.
   *
   * @throws IllegalArgumentException if the miner is not registered or the state is unknown
   */
  public void setMinerState(AccountId account, Miner.State state) throws IOException {
    putMiner(
        account,
        known ->
            known
                .map(miner -> changed(miner, miner.endpoint(), state))
                .orElseThrow(
                    () -> new IllegalArgumentException("no miner is registered as " + account)));
  }

  /** Registers a gateway in place of what is registered for its account; makes a block. */
  public void registerGateway(Gateway gateway) throws IOException {
    order.writeLock().lock();
    try {
      BlockDraft draft = new BlockDraft(store::get);
      draft.put(
          ChainRecords.bytes(StorageKey.gateway(gateway.account())), GatewayCodec.encode(gateway));
      commit(draft, note("gateway", gateway.account()));
    } finally {
      order.writeLock().unlock();
    }
  }

  @Override
  public void close() throws IOException {
    order.writeLock().lock();
    try {
      store.close();
      lock.close();
    } finally {
      order.writeLock().unlock();
    }
  }

  private record Asked(SignedExtrinsic signed, boolean isReassign) {}

  private static Asked read(byte[] extrinsic) throws RefusedException {
    try {
      return new Asked(ExtrinsicCodec.decode(extrinsic, DevPallets.CALLS), false);
    } catch (ScaleException notOfCess) {
      try {
        return new Asked(ExtrinsicCodec.decode(extrinsic, DevPallets.REASSIGN_AS_REPORT), true);
      } catch (ScaleException neither) {
        throw new RefusedException(
            Refusal.MALFORMED_EXTRINSIC, String.valueOf(notOfCess.getMessage()), notOfCess);
      }
    }
  }

  private interface MinerChange {
    Miner apply(Optional<Miner> known);
  }

  private void putMiner(AccountId account, MinerChange change) throws IOException {
    order.writeLock().lock();
    try {
      Optional<Miner> known = records().miner(account);
      Miner miner = change.apply(known);
      if (known.isPresent() && known.get().equals(miner)) {
        return;
      }
      BlockDraft draft = new BlockDraft(store::get);
      draft.put(ChainRecords.bytes(StorageKey.miner(account)), MinerCodec.encode(miner));
      commit(draft, note("miner", account));
    } finally {
      order.writeLock().unlock();
    }
  }

  private void commit(BlockDraft draft, byte[] extrinsic) throws IOException {
    Header parent = store.head().orElseThrow();
    draft.put(DevPallets.numberKey(), new ScaleWriter().u32(parent.number() + 1).toBytes());
    draft.put(DevPallets.nowKey(), now());
    Header header =
        new Header(
            parent.hash(),
            parent.number() + 1,
            draft.stateRoot(parent.stateRoot()),
            Header.blake2b256(extrinsic));
    store.commit(header, draft.changes());
  }

  private long recent(BlockHash at) throws UnknownBlockException {
    long number =
        store.number(at).orElseThrow(() -> new UnknownBlockException(Reason.UNKNOWN_BLOCK, at));
    if (number < nextNumber() - 1 - HISTORY_BLOCKS) {
      throw new UnknownBlockException(Reason.STATE_DISCARDED, at);
    }
    return number;
  }

  private long nextNumber() {
    return store.head().orElseThrow().number() + 1;
  }

  private List<AccountId> positiveMiners() {
    return miners().stream()
        .filter(miner -> miner.state() == Miner.State.POSITIVE)
        .map(Miner::account)
        .toList();
  }

  private ChainRecords records() {
    return new ChainRecords(store::get);
  }

  private byte[] now() {
    return new ScaleWriter().u64(Math.max(0, clock.millis())).toBytes();
  }

  private <T> T reading(Supplier<T> read) {
    order.readLock().lock();
    try {
      return read.get();
    } finally {
      order.readLock().unlock();
    }
  }

  private static Miner changed(Miner miner, String endpoint, Miner.State state) {
    return new Miner(
        miner.account(),
        miner.beneficiary(),
        miner.staking(),
        endpoint,
        miner.collaterals(),
        miner.debt(),
        state,
        miner.space());
  }

  /** What stands in for an extrinsic in a block the owner of the chain makes by himself. */
  private static byte[] note(String what, AccountId account) {
    return (what + " " + account).getBytes(StandardCharsets.US_ASCII);
  }
}
