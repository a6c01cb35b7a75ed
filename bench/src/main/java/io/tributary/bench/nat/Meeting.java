package io.tributary.bench.nat;

/**
 * What became of one try of two sites to have a direct connection.
 *
 * @param home the NAT of the one that listens by a relay
 * @param visitor the NAT of the one that connects to it
 * @param transport {@code tcp} or {@code quic}
 * @param possible whether theory allows a direct connection
 * @param result how it ended, as {@code PunchResult}
 * @param direct whether there was a direct connection, and an echo came back over it
 * @param attempts how often both dialled at once
 * @param lentMillis how long the relayed connection took
 * @param directMillis how long after it the direct one was there; -1 if it was not
 * @param homeMapping what the home's host found its NAT to do
 */
public record Meeting(
    NatKind home,
    NatKind visitor,
    String transport,
    boolean possible,
    String result,
    boolean direct,
    int attempts,
    double lentMillis,
    double directMillis,
    String homeMapping) {}
