package io.tributary.libp2p.dial;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.multiformats.AddressComponent;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.transport.IoEngine;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The resolver that asks DNS: A and AAAA records for {@code dns}, {@code dns4} and {@code dns6},
 * TXT records of {@code _dnsaddr.NAME} with {@code dnsaddr=MULTIADDR} for {@code dnsaddr}, which
 * may name further names. Bounded in time, depth and number.
 *
 * @see <a
 *     href="https://github.com/multiformats/multiaddr/blob/master/protocols/DNSADDR.md">DNSADDR</a>
 */
public final class DnsResolver implements NameResolver {

  /** How long one query may take. */
  public static final Duration QUERY_TIMEOUT = Duration.ofSeconds(3);

  /** How many names may lead to one another. */
  public static final int MAX_DEPTH = 3;

  /** How many addresses one name may stand for; the rest is left out. */
  public static final int MAX_ADDRESSES = 32;

  /** How many names one address may lead to in all. */
  public static final int MAX_NAMES = 32;

  /** How many queries one query may cause at servers. */
  private static final int MAX_QUERIES = 8;

  private static final String TXT_PREFIX = "dnsaddr=";

  /** What one call may still ask. */
  private static final class Search {
    int namesLeft = MAX_NAMES;
  }

  private final EventLoop loop;
  private final DnsNameResolver ip4;
  private final DnsNameResolver ip6;
  private final DnsNameResolver both;

  /** A resolver with the system's name servers. */
  public DnsResolver(IoEngine io) {
    this(io, builder -> builder);
  }

  /** A resolver, with changes to how it asks. */
  public DnsResolver(IoEngine io, UnaryOperator<DnsNameResolverBuilder> customize) {
    this.loop = io.group().next();
    this.ip4 = build(io, customize, ResolvedAddressTypes.IPV4_ONLY);
    this.ip6 = build(io, customize, ResolvedAddressTypes.IPV6_ONLY);
    this.both = build(io, customize, ResolvedAddressTypes.IPV6_PREFERRED);
  }

  private DnsNameResolver build(
      IoEngine io, UnaryOperator<DnsNameResolverBuilder> customize, ResolvedAddressTypes types) {
    return customize
        .apply(
            new DnsNameResolverBuilder(loop)
                .datagramChannelFactory(io::newDatagramSocket)
                .socketChannelFactory(io::newSocket) // for answers that UDP cut off
                .queryTimeoutMillis(QUERY_TIMEOUT.toMillis())
                .maxQueriesPerResolve(MAX_QUERIES)
                .resolvedAddressTypes(types))
        .build();
  }

  @Override
  public Future<List<Multiaddr>> resolve(Multiaddr address) {
    Promise<List<Multiaddr>> promise = loop.newPromise();
    loop.execute(() -> resolve(address, MAX_DEPTH, new Search(), promise));
    return promise;
  }

  private void resolve(
      Multiaddr address, int depth, Search search, Promise<List<Multiaddr>> promise) {
    Optional<String> name = address.hostName();
    if (name.isEmpty()) {
      promise.trySuccess(List.of(address));
      return;
    }
    if (depth == 0 || search.namesLeft == 0) {
      promise.trySuccess(List.of());
      return;
    }
    search.namesLeft--;
    switch (address.components().get(0).protocol()) {
      case DNS4 -> resolveIp(ip4, address, name.get(), promise);
      case DNS6 -> resolveIp(ip6, address, name.get(), promise);
      case DNSADDR -> resolveTxt(address, name.get(), depth, search, promise);
      default -> resolveIp(both, address, name.get(), promise);
    }
  }

  private static void resolveIp(
      DnsNameResolver resolver, Multiaddr address, String name, Promise<List<Multiaddr>> promise) {
    resolver
        .resolveAll(name)
        .addListener(
            (Future<List<InetAddress>> result) -> {
              if (!result.isSuccess()) {
                promise.tryFailure(result.cause());
                return;
              }
              List<Multiaddr> resolved = new ArrayList<>();
              for (InetAddress ip : result.getNow()) {
                if (resolved.size() < MAX_ADDRESSES) {
                  resolved.add(withFirst(address, ip));
                }
              }
              promise.trySuccess(resolved);
            });
  }

  private static Multiaddr withFirst(Multiaddr address, InetAddress ip) {
    List<AddressComponent> components = new ArrayList<>(address.components());
    components.set(
        0,
        AddressComponent.of(
            ip instanceof Inet4Address ? AddressProtocol.IP4 : AddressProtocol.IP6,
            ip.getHostAddress()));
    return Multiaddr.of(components);
  }

  private void resolveTxt(
      Multiaddr address, String name, int depth, Search search, Promise<List<Multiaddr>> promise) {
    both.resolveAll(new DefaultDnsQuestion("_dnsaddr." + name, DnsRecordType.TXT))
        .addListener(
            (Future<List<DnsRecord>> result) -> {
              if (!result.isSuccess()) {
                promise.tryFailure(result.cause());
                return;
              }
              List<Multiaddr> named = new ArrayList<>();
              for (DnsRecord record : result.getNow()) {
                read(record)
                    .flatMap(DnsResolver::parse)
                    .filter(each -> each.peerId().equals(address.peerId()) || !hasPeer(address))
                    .ifPresent(named::add);
                ReferenceCountUtil.release(record);
              }
              gather(named.stream().limit(MAX_ADDRESSES).toList(), depth - 1, search, promise);
            });
  }

  private static boolean hasPeer(Multiaddr address) {
    return address.peerId().isPresent();
  }

  /** Resolves what TXT records named. */
  private void gather(
      List<Multiaddr> named, int depth, Search search, Promise<List<Multiaddr>> promise) {
    List<Multiaddr> resolved = new ArrayList<>();
    int[] unfinished = {named.size()};
    if (named.isEmpty()) {
      promise.trySuccess(List.of());
    }
    for (Multiaddr each : named) {
      Promise<List<Multiaddr>> one = loop.newPromise();
      one.addListener(
          (Future<List<Multiaddr>> result) -> {
            if (result.isSuccess()) {
              resolved.addAll(result.getNow());
            }
            unfinished[0]--;
            if (unfinished[0] == 0) {
              promise.trySuccess(resolved.stream().limit(MAX_ADDRESSES).toList());
            }
          });
      resolve(each, depth, search, one);
    }
  }

  /** A TXT record holds strings of a length byte and as many characters; they are one text. */
  private static Optional<String> read(DnsRecord record) {
    if (!(record instanceof DnsRawRecord raw) || !record.type().equals(DnsRecordType.TXT)) {
      return Optional.empty();
    }
    ByteBuf content = raw.content();
    StringBuilder text = new StringBuilder();
    while (content.isReadable()) {
      int length = content.readUnsignedByte();
      if (length > content.readableBytes()) {
        return Optional.empty();
      }
      text.append(content.readCharSequence(length, StandardCharsets.UTF_8));
    }
    return Optional.of(text.toString());
  }

  private static Optional<Multiaddr> parse(String text) {
    if (!text.startsWith(TXT_PREFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Multiaddr.parse(text.substring(TXT_PREFIX.length())));
    } catch (MalformedFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    ip4.close();
    ip6.close();
    both.close();
  }
}
