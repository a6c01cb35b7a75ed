/**
 * The cacher's counts as Micrometer meters.
 *
 * <pre>
 * cacher.requests{outcome}               requests answered with bytes: HIT, MISS or JOINED
 * cacher.requests.refused{status}        requests answered without
 * cacher.requests.open                   answers that are being read
 * cacher.fills{end}                      fills that ended, or did not begin
 * cacher.fills.seconds{end}              how long they took
 * cacher.fills.joined                    requests that joined a fill
 * cacher.fills.running, .max             fills under way, and how many may be
 * cacher.fetches{source,end}             fetches from upstreams
 * cacher.fetches.bytes{source}           what they brought
 * cacher.fetches.passed.over{source,reason}  upstreams that were not asked
 * cacher.absences                        fragments that are known not to be had
 * cacher.files.known, .stored            files remembered of the chain; those with fragments here
 * cacher.outage                          1 while most of everything fails
 * cacher.demand.fragments                fragments whose demand is known
 * cacher.replication.fragments{homes}    those of them that have so many homes, by this node's count
 * cacher.replication.changes{direction}  a home more, RAISED, or less, LOWERED
 * cacher.replication.asks{end}           homes that were asked to fetch something
 * cacher.replication.asking              those that are being asked
 * cacher.prefetch{end}                   fragments that were to be fetched ahead
 * cacher.prefetch.bytes                  bytes that were
 * cacher.prefetch.used                   fragments of those that were asked for afterwards
 * cacher.prefetch.budget.bytes           what may be fetched ahead now
 * cacher.settlement.state{state}         1 for UNKNOWN, FRESH, STALE or EXPIRED
 * cacher.settlement.age.seconds          how long ago the chain answered
 * cacher.settlement.trouble              1 while the chain cannot be asked or the books not written
 * cacher.redemptions{state}              transactions that got to PENDING, SUBMITTED, MINED, ...
 * cacher.redemptions.refused.lanes       lanes whose vouchers the contract does not take now
 * cacher.redeemed.units                  what was paid out since the start, in base units
 * cacher.unredeemed.units                what vouchers grant and the chain has not paid yet
 * cacher.region.members                  members of the region that take part
 * cacher.region.events{event}            joined, left, suspected, refuted, address dropped
 * cacher.region.refused{reason}          what was not believed
 * cacher.region.gossip.bytes{direction}  what gossip costs
 * cacher.dht.peers                       peers in the routing table
 * cacher.dht.requests{direction,kind}    requests of the DHT
 * cacher.dht.failures{kind,reason}       its requests that failed
 * cacher.dht.refused{reason}             what was not believed
 * cacher.dht.searches{end}               searches that ended
 * </pre>
 */
@NullMarked
package io.tributary.cacher.node.metrics;

import org.jspecify.annotations.NullMarked;
