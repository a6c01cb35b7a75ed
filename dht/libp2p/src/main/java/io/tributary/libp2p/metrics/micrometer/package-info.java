/**
 * A host's counts as Micrometer meters: {@link
 * io.tributary.libp2p.metrics.micrometer.MicrometerHostMetrics}, and {@link
 * io.tributary.libp2p.metrics.micrometer.MicrometerNatMetrics}. Micrometer is an optional
 * dependency: whoever uses this package has it on the class path.
 *
 * <p>Reasons are the names of the enums that the code and the log have.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>tags</th><th>is</th></tr>
 * <tr><td>{@code libp2p.connections.opened}</td><td>direction, transport, security</td>
 *   <td>connections established</td></tr>
 * <tr><td>{@code libp2p.connections.closed}</td><td>reason: {@code CloseReason}</td>
 *   <td>connections ended</td></tr>
 * <tr><td>{@code libp2p.connections.refused}</td><td>reason: {@code RefusalReason}</td>
 *   <td>inbound connections turned away, by limits, rate or lists</td></tr>
 * <tr><td>{@code libp2p.upgrades.failed}</td><td>direction, step: {@code UpgradeException.Step},
 *   reason: {@code NegotiationFailure} or {@code SecureChannelException.Reason}</td>
 *   <td>channels that did not become connections</td></tr>
 * <tr><td>{@code libp2p.dials.failed}</td><td>reason: {@code DialException.Reason}</td>
 *   <td>peers not reached</td></tr>
 * <tr><td>{@code libp2p.streams.opened}</td><td>direction, protocol</td>
 *   <td>streams with a protocol</td></tr>
 * <tr><td>{@code libp2p.streams.refused}</td><td>direction, reason: {@code ResetReason}</td>
 *   <td>streams that ended before they had one</td></tr>
 * <tr><td>{@code libp2p.streams.ended}</td><td>direction, protocol, reason: {@code ResetReason} or
 *   {@code CLOSED}</td><td>streams that ended after</td></tr>
 * <tr><td>{@code libp2p.identify.rejected}</td><td>reason: {@code IdentifyRejection}</td>
 *   <td>what peers said of themselves and was not taken</td></tr>
 * <tr><td>{@code libp2p.limits.reached}</td><td>scope: {@code ScopeKind}, resource: {@code
 *   Resource}</td><td>refusals by {@code ResourceLimits}</td></tr>
 * <tr><td>{@code libp2p.resources.used}, {@code .max}</td><td>resource: {@code Resource}</td>
 *   <td>connections and streams now, and the limit {@code ResourceLimits.total}</td></tr>
 * <tr><td>{@code libp2p.pending.inbound.used}, {@code .max}</td><td></td>
 *   <td>inbound upgrades under way, and {@code ResourceLimits.pendingInbound}</td></tr>
 * <tr><td>{@code libp2p.pending.dials.used}, {@code .max}</td><td></td>
 *   <td>dials under way, and {@code ResourceLimits.pendingDials}</td></tr>
 * <tr><td>{@code libp2p.rate.limit.prefixes.used}, {@code .max}</td><td></td>
 *   <td>blocks of addresses remembered by {@code PrefixRateLimit}</td></tr>
 * <tr><td>{@code libp2p.peers.known.used}, {@code .max}</td><td></td>
 *   <td>peers in the {@code AddressBook}</td></tr>
 * <tr><td>{@code libp2p.peers.tagged.used}</td><td></td><td>peers in {@code PeerTags}</td></tr>
 * <tr><td>{@code libp2p.addresses.watched.used}</td><td></td>
 *   <td>addresses in {@code ObservedAddresses}</td></tr>
 * <tr><td>{@code libp2p.memory.held.used}, {@code .max}</td><td></td>
 *   <td>bytes received and not consumed, and {@code ReceiveBudget.maxHeldBytes}</td></tr>
 * <tr><td>{@code libp2p.memory.windows.used}, {@code .max}</td><td></td>
 *   <td>bytes by which windows have grown, and {@code ReceiveBudget.maxGrownBytes}</td></tr>
 * <tr><td>{@code libp2p.memory.queued.used}, {@code .max}</td><td></td>
 *   <td>bytes that wait to be sent, and {@code SendBudget.maxQueuedBytes}</td></tr>
 * <tr><td>{@code libp2p.nat.standing}</td><td>standing: {@code Standing}</td>
 *   <td>1 for how the host stands, 0 for the others</td></tr>
 * <tr><td>{@code libp2p.nat.relays.used}</td><td></td>
 *   <td>addresses at relays by which the host is reached</td></tr>
 * <tr><td>{@code libp2p.nat.punches}</td><td>result: {@code PunchResult}</td>
 *   <td>how it ended with peers that were met over relays</td></tr>
 * <tr><td>{@code libp2p.nat.relay.reservations}, {@code .circuits}</td><td></td>
 *   <td>what the host gives as a relay now</td></tr>
 * <tr><td>{@code libp2p.nat.relay.circuits.made}, {@code .bytes}</td><td></td>
 *   <td>circuits opened, and payload passed on</td></tr>
 * <tr><td>{@code libp2p.nat.relay.refused}</td><td>reason: {@code RelayRefusal}</td>
 *   <td>requests for places and circuits that were refused</td></tr>
 * <tr><td>{@code libp2p.nat.autonat.dialled}, {@code .refused}</td><td></td>
 *   <td>addresses dialled for peers, and requests for it that were refused</td></tr>
 * </table>
 *
 * The limits of one connection, in {@code YamuxOptions}, show when they are passed: {@code
 * maxInbound} and {@code maxRefusals} as {@code connections.closed} with {@code STREAM_FLOOD},
 * {@code maxControlBytes} with {@code CONTROL_FLOOD}, {@code pingTimeout} with {@code
 * KEEP_ALIVE_TIMEOUT}, {@code maxHeldBytes} as {@code streams.ended} with {@code
 * RECEIVE_BUDGET_EXHAUSTED}, and {@code boundBytes} with {@code SEND_BOUND_PASSED}.
 */
@NullMarked
package io.tributary.libp2p.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
