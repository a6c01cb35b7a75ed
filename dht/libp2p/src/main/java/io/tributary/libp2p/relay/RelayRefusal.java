package io.tributary.libp2p.relay;

/** Why a relay of ours refused a request; the peer is told the {@link #told() status}. */
public enum RelayRefusal {
  /** The peer or its block of addresses asked too often. */
  TOO_MANY_REQUESTS(RelayStatus.RESOURCE_LIMIT_EXCEEDED),
  /** The request came over a relay. */
  OVER_A_RELAY(RelayStatus.PERMISSION_DENIED),
  /** All reservations are taken. */
  RESERVATIONS_FULL(RelayStatus.RESERVATION_REFUSED),
  /** The peer's block of addresses has all reservations that it may have. */
  CUSTOMER_HAS_ENOUGH(RelayStatus.RESERVATION_REFUSED),
  /** The destination has no reservation. */
  NO_RESERVATION(RelayStatus.NO_RESERVATION),
  /** All circuits are taken, or as many as one of the two peers may have. */
  CIRCUITS_FULL(RelayStatus.RESOURCE_LIMIT_EXCEEDED),
  /** A peer asked for a circuit to itself. */
  TO_ITSELF(RelayStatus.PERMISSION_DENIED),
  /** The destination did not take the circuit. */
  DESTINATION_FAILED(RelayStatus.CONNECTION_FAILED),
  /** The request was not readable. */
  MALFORMED(RelayStatus.MALFORMED_MESSAGE),
  /** The message was no request. */
  UNEXPECTED(RelayStatus.UNEXPECTED_MESSAGE);

  private final RelayStatus told;

  RelayRefusal(RelayStatus told) {
    this.told = told;
  }

  /** What the peer is answered. */
  public RelayStatus told() {
    return told;
  }
}
