package io.tributary.origin.chain;

import io.tributary.content.AccountId;
import java.math.BigInteger;

/**
 * A storage miner as it is registered on the chain.
 *
 * @param account who the miner is
 * @param beneficiary who gets its rewards
 * @param staking who staked for it
 * @param endpoint the address of its HTTP service as the miner wrote it, without the zero bytes
 *     some miners pad it with: untrusted text
 * @param collaterals what is staked, in the smallest unit of the token
 * @param debt what the miner owes, in the smallest unit of the token
 * @param state whether the miner takes part
 * @param space its disk space
 */
public record Miner(
    AccountId account,
    AccountId beneficiary,
    AccountId staking,
    String endpoint,
    BigInteger collaterals,
    BigInteger debt,
    State state,
    Space space) {

  /** Whether a miner takes part in the network. */
  public enum State {
    /** Takes part. */
    POSITIVE("positive"),
    /** Barred until it pays its debt; what it stores can still be asked for. */
    FROZEN("frozen"),
    /** Left. */
    EXIT("exit"),
    /** Leaving; its fragments are being moved. */
    LOCK("lock"),
    /** Did not answer the chain's challenges for long. */
    OFFLINE("offline"),
    /** A word this version does not know. */
    UNKNOWN("");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** Returns the word by which the chain stores the state. */
    public String word() {
      return word;
    }

    /** Returns the state a word stands for, {@link #UNKNOWN} for a word that is none of them. */
    public static State of(String word) {
      for (State state : values()) {
        if (state.word.equals(word)) {
          return state;
        }
      }
      return UNKNOWN;
    }
  }

  /**
   * The disk space of a miner, in bytes.
   *
   * @param declaredBytes what it promises
   * @param idleBytes proven and free
   * @param serviceBytes taken by users' fragments
   * @param lockedBytes reserved for deals under way
   */
  public record Space(long declaredBytes, long idleBytes, long serviceBytes, long lockedBytes) {}
}
