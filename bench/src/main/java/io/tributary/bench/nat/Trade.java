package io.tributary.bench.nat;

/**
 * What became of one try to buy a fragment from a site behind a NAT.
 *
 * @param held whether the seller said that he has it
 * @param end {@code VERIFIED}, or the name of the reason why not
 * @param bytes of the fragment that came
 * @param paidBytes of the fragment that the seller has durable vouchers for
 * @param relayedBytes that the relay passed on meanwhile, in both directions
 */
public record Trade(boolean held, String end, long bytes, long paidBytes, long relayedBytes) {}
