package io.tributary.libp2p.transport.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The door of a listening socket: who must prove its address first, by which token, and who is let
 * in (RFC 9000 section 8.1.2).
 *
 * <pre>
 *   +--------------------+-----------------------------+------------------------------+
 *   | made at, ms        | HMAC-SHA-256 of time,       | the id the client first      |
 *   | (8 bytes)          | address, port, id (16)      | called us by (0 to 20 bytes) |
 *   +--------------------+-----------------------------+------------------------------+
 * </pre>
 *
 * A client that comes with a valid token has received what was sent to its address. Without one it
 * is let in while few handshakes are under way; else it gets a token. Nothing is kept for a client
 * that has only been sent a token. Lives on the socket's event loop.
 */
final class RetryTokens implements QuicTokenHandler {
  /** How many bytes a secret has at least. */
  static final int SECRET_BYTES = 32;

  private static final String HMAC = "HmacSHA256";
  private static final int MAC_BYTES = 16;
  private static final int HEAD_BYTES = Long.BYTES + MAC_BYTES;
  private static final int MAX_ID_BYTES = 20;
  private static final int MAX_ADDRESS_BYTES = 16;

  /** Makes a key of a secret. */
  static SecretKey key(byte[] secret) {
    if (secret.length < SECRET_BYTES) {
      throw new IllegalArgumentException(
          "a secret of " + secret.length + " bytes is shorter than " + SECRET_BYTES);
    }
    return new SecretKeySpec(secret, HMAC);
  }

  /** Who decides about a client. */
  interface Door {

    /** Whether so much is going on that clients have to prove their addresses. */
    boolean isBusy();

    /** Whether the client may come in; asked once for each connection. */
    boolean admits(InetSocketAddress client);
  }

  private final Mac mac;
  private final Duration lifetime;
  private final InstantSource clock;
  private final int localIdBytes;
  private final Door door;

  /**
   * @param key known to nobody else
   * @param localIdBytes how long this side's connection ids are
   */
  RetryTokens(SecretKey key, Duration lifetime, InstantSource clock, int localIdBytes, Door door) {
    try {
      this.mac = Mac.getInstance(HMAC);
      this.mac.init(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
    this.lifetime = lifetime;
    this.clock = clock;
    this.localIdBytes = localIdBytes;
    this.door = door;
  }

  /** Writes a token, or lets the client in without one by writing none. */
  @Override
  public boolean writeToken(ByteBuf out, ByteBuf originalId, InetSocketAddress client) {
    if (!door.isBusy() && door.admits(client)) {
      return false;
    }
    byte[] id = bytes(originalId);
    long now = clock.millis();
    out.writeLong(now).writeBytes(sign(now, client, id)).writeBytes(id);
    return true;
  }

  @Override
  public TokenValidationResult validateToken(ByteBuf token, InetSocketAddress client, ByteBuf id) {
    return id.readableBytes() == localIdBytes && isValid(token, client) && door.admits(client)
        ? TokenValidationResult.odcidFromToken(HEAD_BYTES)
        : TokenValidationResult.invalidToken();
  }

  @Override
  public int validateToken(ByteBuf token, InetSocketAddress client) {
    return isValid(token, client) && door.admits(client) ? HEAD_BYTES : -1;
  }

  private boolean isValid(ByteBuf token, InetSocketAddress client) {
    int bytes = token.readableBytes();
    if (bytes < HEAD_BYTES || bytes > maxTokenLength()) {
      return false;
    }
    int start = token.readerIndex();
    long madeAt = token.getLong(start);
    byte[] signature = new byte[MAC_BYTES];
    token.getBytes(start + Long.BYTES, signature);
    byte[] id = new byte[bytes - HEAD_BYTES];
    token.getBytes(start + HEAD_BYTES, id);
    long age = clock.millis() - madeAt;
    return MessageDigest.isEqual(signature, sign(madeAt, client, id))
        && age >= 0
        && age <= lifetime.toMillis();
  }

  private byte[] sign(long madeAt, InetSocketAddress client, byte[] id) {
    byte[] address = client.getAddress().getAddress();
    ByteBuffer input =
        ByteBuffer.allocate(Long.BYTES + 1 + MAX_ADDRESS_BYTES + Short.BYTES + MAX_ID_BYTES)
            .putLong(madeAt)
            .put((byte) address.length)
            .put(address)
            .putShort((short) client.getPort())
            .put(id);
    mac.update(input.flip());
    return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.getBytes(buffer.readerIndex(), bytes);
    return bytes;
  }

  @Override
  public int maxTokenLength() {
    return HEAD_BYTES + MAX_ID_BYTES;
  }
}
