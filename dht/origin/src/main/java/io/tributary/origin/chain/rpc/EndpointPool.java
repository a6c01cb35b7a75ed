package io.tributary.origin.chain.rpc;

import io.tributary.origin.chain.RpcEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * The endpoints in the order in which to try them: the one that answered last, then the others as
 * they were configured, then those resting after a failure, the most rested first.
 *
 * <p>May be used by any thread.
 */
final class EndpointPool {
  /** The most endpoints of a client. */
  static final int MAX_ENDPOINTS = 16;

  private final List<Member> members;
  private final RpcLimits limits;
  private final InstantSource clock;
  private Member preferred;

  EndpointPool(List<RpcEndpoint> endpoints, RpcLimits limits, InstantSource clock) {
    if (endpoints.isEmpty() || endpoints.size() > MAX_ENDPOINTS) {
      throw new IllegalArgumentException(
          "a chain has 1 to " + MAX_ENDPOINTS + " endpoints, not " + endpoints.size());
    }
    if (new HashSet<>(endpoints).size() != endpoints.size()) {
      throw new IllegalArgumentException("an endpoint is listed twice");
    }
    this.members = endpoints.stream().map(Member::new).toList();
    this.limits = limits;
    this.clock = clock;
    this.preferred = members.get(0);
  }

  /** Returns all endpoints, the one to try first at the front. */
  synchronized List<RpcEndpoint> order() {
    Instant now = clock.instant();
    List<Member> order = new ArrayList<>(members);
    order.sort(
        Comparator.comparing((Member member) -> member.restedAfter(now))
            .thenComparing(member -> member != preferred));
    return order.stream().map(member -> member.endpoint).toList();
  }

  /** Notes that an endpoint answered: it is the one to ask until it fails. */
  synchronized void succeeded(RpcEndpoint endpoint) {
    Member member = member(endpoint);
    member.failures = 0;
    member.restUntil = Instant.MIN;
    preferred = member;
  }

  /** Notes that an endpoint failed, and returns how long it will rest. */
  synchronized Duration failed(RpcEndpoint endpoint) {
    Member member = member(endpoint);
    Duration rest = limits.coolOff();
    for (int i = 0; i < member.failures && rest.compareTo(limits.maxCoolOff()) < 0; i++) {
      rest = rest.multipliedBy(2);
    }
    member.failures++;
    rest = rest.compareTo(limits.maxCoolOff()) < 0 ? rest : limits.maxCoolOff();
    member.restUntil = clock.instant().plus(rest);
    return rest;
  }

  private Member member(RpcEndpoint endpoint) {
    return members.stream()
        .filter(member -> member.endpoint.equals(endpoint))
        .findFirst()
        .orElseThrow();
  }

  private static final class Member {
    final RpcEndpoint endpoint;
    int failures;
    Instant restUntil = Instant.MIN;

    Member(RpcEndpoint endpoint) {
      this.endpoint = endpoint;
    }

    Instant restedAfter(Instant now) {
      return restUntil.isAfter(now) ? restUntil : Instant.MIN;
    }
  }
}
