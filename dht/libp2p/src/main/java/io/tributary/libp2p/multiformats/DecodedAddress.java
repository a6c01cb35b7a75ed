package io.tributary.libp2p.multiformats;

/**
 * What came of one address in a peer's list: an address, or the reason to go on to the next one.
 *
 * <p>Peers speak transports that this library has never heard of, so an address that cannot be read
 * says nothing against the others in the list or against the peer.
 */
public sealed interface DecodedAddress {

  /**
   * An address that was read.
   *
   * @param address the address
   */
  record Usable(Multiaddr address) implements DecodedAddress {}

  /**
   * An address to leave out.
   *
   * @param reason why it cannot be used
   * @param detail the same for a human reader
   */
  record Skipped(MalformedFormatException.Reason reason, String detail) implements DecodedAddress {}
}
