package io.tributary.libp2p.dial;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.tributary.libp2p.transport.IoEngine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A name server on loopback, over UDP and TCP, with the records a test gives it. */
public final class DnsServer implements AutoCloseable {

  /** A question, as in {@code TXT _dnsaddr.example.org}. */
  public record Question(DnsRecordType type, String name) {}

  /** Bytes of a record besides its name's characters and its content. */
  private static final int RECORD_BYTES = 12;

  private static final int TTL_SECONDS = 1;

  private final Channel channel;
  private final Channel tcp;
  private final Map<Question, List<ByteBuf>> records = new ConcurrentHashMap<>();
  private final Set<String> silent = ConcurrentHashMap.newKeySet();
  public final List<Question> asked = new CopyOnWriteArrayList<>();

  /** The questions that came by TCP. */
  public final List<Question> askedByTcp = new CopyOnWriteArrayList<>();

  /** The longest answer it sends by UDP; longer ones are cut off and say so. */
  public volatile int maxAnswerBytes = 3500;

  public DnsServer(IoEngine io) {
    channel =
        new Bootstrap()
            .group(io.group())
            .channelFactory(io::newDatagramSocket)
            .handler(
                new ChannelInitializer<DatagramChannel>() {
                  @Override
                  protected void initChannel(DatagramChannel made) {
                    made.pipeline()
                        .addLast(
                            new DatagramDnsQueryDecoder(),
                            new DatagramDnsResponseEncoder(),
                            new Answering());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    tcp =
        new ServerBootstrap()
            .group(io.group())
            .channelFactory(io::newServerSocket)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel made) {
                    made.pipeline()
                        .addLast(
                            new TcpDnsQueryDecoder(),
                            new TcpDnsResponseEncoder(),
                            new AnsweringByTcp());
                  }
                })
            .bind(address())
            .syncUninterruptibly()
            .channel();
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  public DnsServer ip(String name, String... addresses) {
    for (String each : addresses) {
      try {
        byte[] ip = InetAddress.getByName(each).getAddress();
        add(
            ip.length == 4 ? DnsRecordType.A : DnsRecordType.AAAA,
            name,
            Unpooled.wrappedBuffer(ip));
      } catch (UnknownHostException e) {
        throw new AssertionError(e);
      }
    }
    return this;
  }

  /** Adds records of {@code _dnsaddr.NAME}. */
  public DnsServer dnsaddr(String name, String... addresses) {
    for (String each : addresses) {
      txt("_dnsaddr." + name, "dnsaddr=" + each);
    }
    return this;
  }

  /** Adds one TXT record, cut into strings of at most 255 characters. */
  public DnsServer txt(String name, String text) {
    ByteBuf content = Unpooled.buffer();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += 255) {
      int length = Math.min(255, bytes.length - from);
      content.writeByte(length).writeBytes(bytes, from, length);
    }
    return raw(DnsRecordType.TXT, name, content);
  }

  public DnsServer raw(DnsRecordType type, String name, ByteBuf content) {
    add(type, name, content);
    return this;
  }

  private void add(DnsRecordType type, String name, ByteBuf content) {
    records
        .computeIfAbsent(new Question(type, name), key -> new CopyOnWriteArrayList<>())
        .add(content);
  }

  /** Says nothing when asked about a name. */
  public DnsServer silentAbout(String name) {
    silent.add(name);
    return this;
  }

  public long timesAsked(DnsRecordType type) {
    return asked.stream().filter(each -> each.type().equals(type)).count();
  }

  private final class Answering extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
      answer(
          query,
          new DatagramDnsResponse(
              /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id()),
          asked,
          maxAnswerBytes,
          ctx);
    }
  }

  private final class AnsweringByTcp extends SimpleChannelInboundHandler<DnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DnsQuery query) {
      answer(query, new DefaultDnsResponse(query.id()), askedByTcp, Integer.MAX_VALUE, ctx);
    }
  }

  private void answer(
      DnsQuery query,
      DnsResponse response,
      List<Question> askedBefore,
      int maxBytes,
      ChannelHandlerContext ctx) {
    DnsQuestion asking = query.recordAt(DnsSection.QUESTION);
    String name = asking.name().substring(0, asking.name().length() - 1);
    Question question = new Question(asking.type(), name);
    askedBefore.add(question);
    if (silent.contains(name)) {
      response.release();
      return;
    }
    response.addRecord(DnsSection.QUESTION, asking);
    List<ByteBuf> found = records.getOrDefault(question, List.of());
    boolean known = records.keySet().stream().anyMatch(each -> each.name().equals(name));
    response.setCode(known ? DnsResponseCode.NOERROR : DnsResponseCode.NXDOMAIN);
    int bytes = 0;
    for (ByteBuf content : found) {
      bytes += name.length() + RECORD_BYTES + content.readableBytes();
      if (bytes > maxBytes) {
        response.setTruncated(true);
        break;
      }
      response.addRecord(
          DnsSection.ANSWER,
          new DefaultDnsRawRecord(
              asking.name(), asking.type(), TTL_SECONDS, content.retainedDuplicate()));
    }
    ctx.writeAndFlush(response);
  }

  @Override
  public void close() {
    tcp.close().syncUninterruptibly();
    channel.close().syncUninterruptibly();
  }
}
