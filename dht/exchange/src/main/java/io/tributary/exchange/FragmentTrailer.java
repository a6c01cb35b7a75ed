package io.tributary.exchange;

/** The last word on a delivery, after its bytes. */
public sealed interface FragmentTrailer {

  /** How many bytes of content were sent. */
  int sentBytes();

  /** All bytes were sent, and the sender answers for their hash. */
  record Verified(int sentBytes) implements FragmentTrailer {}

  /**
   * The fragment, passed on while it came, turned out wrong or ended too early.
   *
   * @param source where it came from
   */
  record Aborted(int sentBytes, FillSource source) implements FragmentTrailer {}

  /**
   * The sender stopped for a reason.
   *
   * @param status the reason; not {@code OK}
   */
  record Stopped(int sentBytes, Status status) implements FragmentTrailer {
    /**
     * Checks the status.
     *
     * @throws MalformedExchangeException if it is {@code OK}
     */
    public Stopped {
      if (status == Status.OK) {
        throw new MalformedExchangeException("a delivery that stopped, with status OK");
      }
    }
  }
}
