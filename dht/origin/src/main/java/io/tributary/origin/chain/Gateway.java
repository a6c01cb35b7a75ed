package io.tributary.origin.chain;

import io.tributary.content.AccountId;

/**
 * A storage gateway (DeOSS or CD2N) as it is registered on the chain.
 *
 * @param account who the gateway is
 * @param poolId what it registered itself with
 * @param domain the address of its HTTP service as the gateway wrote it: untrusted text
 */
public record Gateway(AccountId account, PoolId poolId, String domain) {}
