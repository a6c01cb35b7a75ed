package io.tributary.libp2p.muxer;

import java.util.OptionalLong;

/**
 * A snapshot of a muxed connection.
 *
 * @param inboundStreams streams open now that the peer opened
 * @param outboundStreams streams open now that this side opened
 * @param bytesReceived payload bytes of streams received so far, excluding framing and encryption
 * @param bytesSent payload bytes of streams handed to the channel so far, likewise
 * @param heldBytes payload bytes received and not consumed yet
 * @param roundTripNanos the smoothed round-trip time, once measured
 */
public record MuxerStats(
    int inboundStreams,
    int outboundStreams,
    long bytesReceived,
    long bytesSent,
    long heldBytes,
    OptionalLong roundTripNanos) {}
