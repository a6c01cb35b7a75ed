package io.tributary.cacher.node.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.PublicKey;
import io.tributary.ledger.signature.Signature;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.multiformats.PeerId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens by which payers let clients read by HTTP: for one node, until a time, up to a number of
 * bytes. Thread-safe.
 *
 * <pre>
 * token     = "t1." payer "." expiry "." bytes "." nonce "." signature
 * payer     = 40 hexadecimal digits, lower-case as all others
 * expiry    = Unix seconds, at most a day ahead
 * bytes     = the most bytes that may be read with it
 * nonce     = 16 digits, so that two tokens differ
 * signature = 128 digits, compact as in EIP-2098, over keccak256 of
 *             "tributary-http-token|" node "|" payer "|" expiry "|" bytes "|" nonce
 * </pre>
 *
 * <p>What has been read is counted in memory: a node that starts anew counts anew, which the expiry
 * bounds.
 */
public final class AccessTokens {
  /** How far ahead a token may expire. */
  public static final Duration MAX_LIFE = Duration.ofDays(1);

  /** Of how many tokens it is remembered what was read with them. */
  static final int MAX_TOKENS = 100_000;

  /** The longest token. */
  static final int MAX_CHARS = 256;

  private static final Pattern FORM =
      Pattern.compile(
          "t1\\.([0-9a-f]{40})\\.([0-9]{1,12})\\.([0-9]{1,18})\\.([0-9a-f]{16})\\.([0-9a-f]{128})");

  private final Set<EvmAddress> payers;
  private final PeerId self;
  private final Curve curve;
  private final InstantSource clock;
  private final Cache<String, AtomicLong> spent =
      Caffeine.newBuilder().maximumSize(MAX_TOKENS).expireAfterWrite(MAX_LIFE.plusHours(1)).build();

  /** Tokens for this node that these payers sign. */
  public AccessTokens(Set<EvmAddress> payers, PeerId self, Curve curve, InstantSource clock) {
    this.payers = Set.copyOf(payers);
    this.self = self;
    this.curve = curve;
    this.clock = clock;
  }

  /** What a token still allows. */
  public static final class Allowance {
    private final AtomicLong spent;
    private final long maxBytes;

    private Allowance(AtomicLong spent, long maxBytes) {
      this.spent = spent;
      this.maxBytes = maxBytes;
    }

    /** Takes bytes, all or none. */
    boolean tryTake(long bytes) {
      long before = spent.getAndUpdate(now -> now > maxBytes - bytes ? now : now + bytes);
      return before <= maxBytes - bytes;
    }

    /** Gives back bytes that were not sent. */
    void giveBack(long bytes) {
      spent.addAndGet(-bytes);
    }
  }

  /** Signs a token. */
  public static String sign(
      SigningKey payer, PeerId node, Instant expiry, long maxBytes, long nonce) {
    String address = hex(payer.address());
    String digits = HexFormat.of().toHexDigits(nonce);
    Signature signature =
        payer.sign(digest(node, address, expiry.getEpochSecond(), maxBytes, digits));
    return "t1."
        + address
        + "."
        + expiry.getEpochSecond()
        + "."
        + maxBytes
        + "."
        + digits
        + "."
        + HexFormat.of().formatHex(signature.toBytes());
  }

  private static String hex(EvmAddress address) {
    return HexFormat.of().formatHex(address.toBytes());
  }

  private static Hash256 digest(
      PeerId node, String payer, long expiry, long maxBytes, String nonce) {
    String text =
        String.join(
            "|",
            "tributary-http-token",
            node.toString(),
            payer,
            Long.toString(expiry),
            Long.toString(maxBytes),
            nonce);
    return Hash256.hashing(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads a token; nothing if it is none, is over, or none of the payers has signed it. */
  public Optional<Allowance> read(String token) {
    if (token.length() > MAX_CHARS) {
      return Optional.empty();
    }
    Matcher parts = FORM.matcher(token);
    if (!parts.matches()) {
      return Optional.empty();
    }
    EvmAddress payer = EvmAddress.of(HexFormat.of().parseHex(parts.group(1)));
    long expiry = Long.parseLong(parts.group(2));
    long now = clock.instant().getEpochSecond();
    if (!payers.contains(payer) || expiry <= now || expiry > now + MAX_LIFE.toSeconds()) {
      return Optional.empty();
    }
    long maxBytes = Long.parseLong(parts.group(3));
    Hash256 digest = digest(self, parts.group(1), expiry, maxBytes, parts.group(4));
    return signer(parts.group(5), digest)
        .filter(payer::equals)
        .map(
            each ->
                new Allowance(
                    spent.get(parts.group(1) + parts.group(4), id -> new AtomicLong()), maxBytes));
  }

  private Optional<EvmAddress> signer(String signature, Hash256 digest) {
    try {
      return curve
          .recover(Signature.parse(HexFormat.of().parseHex(signature)), digest.toBytes())
          .map(PublicKey::address);
    } catch (MalformedLedgerValueException e) {
      return Optional.empty();
    }
  }
}
