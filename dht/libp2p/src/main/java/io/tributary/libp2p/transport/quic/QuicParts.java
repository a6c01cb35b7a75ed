package io.tributary.libp2p.transport.quic;

import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.muxer.SendBudget;
import io.tributary.libp2p.transport.IoEngine;
import java.security.SecureRandom;
import java.time.InstantSource;
import javax.crypto.SecretKey;

/**
 * What the sockets and connections of a transport share.
 *
 * @param retryKey signs Retry tokens
 * @param random makes connection ids
 */
record QuicParts(
    IoEngine io,
    QuicOptions options,
    QuicTls tls,
    SecretKey retryKey,
    SecureRandom random,
    InstantSource clock,
    ReceiveBudget receiveBudget,
    SendBudget sendBudget) {}
