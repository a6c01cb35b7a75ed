/**
 * The security protocol {@code /noise}: {@link io.tributary.libp2p.security.noise.NoiseProtocol}, a
 * Noise XX handshake whose static keys are signed by the peers' identity keys, and the encrypted
 * frames after it.
 */
@NullMarked
package io.tributary.libp2p.security.noise;

import org.jspecify.annotations.NullMarked;
