package io.tributary.libp2p.relay;

import io.tributary.libp2p.limits.Rate;
import java.time.Duration;

/**
 * What a {@link RelayServer} gives away at most.
 *
 * @param maxReservations peers that may be reached through it
 * @param reservationsPerCustomer of them, those in one customer's block of addresses
 * @param reservationLife how long one holds unless it is renewed
 * @param maxCircuits circuits at a time
 * @param circuitsPerPeer of them, those that begin or end at one peer
 * @param circuit what one circuit may use
 * @param peerRequests how often one peer may ask for anything
 * @param customerRequests how often one customer's block of addresses may
 * @param handshake how long a request may take
 */
public record RelayLimits(
    int maxReservations,
    int reservationsPerCustomer,
    Duration reservationLife,
    int maxCircuits,
    int circuitsPerPeer,
    CircuitLimit circuit,
    Rate peerRequests,
    Rate customerRequests,
    Duration handshake) {

  /** The longest life of a reservation. */
  public static final Duration MAX_LIFE = Duration.ofDays(1);

  /** The longest time that a request may take. */
  public static final Duration MAX_HANDSHAKE = Duration.ofMinutes(1);

  /** How many peers are remembered for their rate of requests. */
  public static final int MAX_PEERS_REMEMBERED = 4096;

  public RelayLimits {
    requirePositive(maxReservations, "maxReservations");
    requirePositive(reservationsPerCustomer, "reservationsPerCustomer");
    requirePositive(maxCircuits, "maxCircuits");
    requirePositive(circuitsPerPeer, "circuitsPerPeer");
    requireWithin(reservationLife, MAX_LIFE, "reservationLife");
    requireWithin(handshake, MAX_HANDSHAKE, "handshake");
  }

  /**
   * 128 reservations of an hour, 8 of one customer; 128 circuits, 16 of one peer, each of {@link
   * CircuitLimit#DEFAULT}; of a peer 1 request a second after 20, of a customer 4 after 60; 20 s.
   */
  public static RelayLimits defaults() {
    return new RelayLimits(
        128,
        8,
        Duration.ofHours(1),
        128,
        16,
        CircuitLimit.DEFAULT,
        new Rate(1, 20),
        new Rate(4, 60),
        Duration.ofSeconds(20));
  }

  /** The same with another limit on each circuit. */
  public RelayLimits withCircuit(CircuitLimit limit) {
    return new RelayLimits(
        maxReservations,
        reservationsPerCustomer,
        reservationLife,
        maxCircuits,
        circuitsPerPeer,
        limit,
        peerRequests,
        customerRequests,
        handshake);
  }

  /** The same with other bounds on reservations. */
  public RelayLimits withReservations(int most, int perCustomer) {
    return new RelayLimits(
        most,
        perCustomer,
        reservationLife,
        maxCircuits,
        circuitsPerPeer,
        circuit,
        peerRequests,
        customerRequests,
        handshake);
  }

  private static void requirePositive(int value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + " is less than 1");
    }
  }

  private static void requireWithin(Duration value, Duration most, String name) {
    if (value.isNegative() || value.isZero() || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(name + " " + value + " is outside 0.." + most);
    }
  }
}
