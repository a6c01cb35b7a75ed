package io.tributary.libp2p.transport.quic;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.quic.QuicOptions.Datagrams;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a UDP socket is used at its best on a platform.
 *
 * <p>With epoll the kernel takes and gives trains of datagrams (generic segmentation and receive
 * offload), and keeps datagrams from being fragmented, so that path MTU discovery (RFC 9000 section
 * 14.3) can find how large they may be. Elsewhere they are sent singly and stay at the size that
 * every path of QUIC carries.
 *
 * @param maxSentBytes up to which payload paths are probed
 * @param maxReceivedBytes the largest payload that is taken
 */
record SocketTuning(
    IoEngine.Kind kind,
    boolean ip4,
    int bufferBytes,
    int maxSentBytes,
    int maxReceivedBytes,
    SegmentedDatagramPacketAllocator segments) {

  private static final Logger log = LoggerFactory.getLogger(SocketTuning.class);

  /** IP_MTU_DISCOVER and IPV6_MTU_DISCOVER of Linux, and "never fragment, ignore what is known". */
  private static final ChannelOption<Integer> IP_MTU_DISCOVER =
      new IntegerUnixChannelOption("IP_MTU_DISCOVER", 0, 10);

  private static final ChannelOption<Integer> IPV6_MTU_DISCOVER =
      new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", 41, 23);

  private static final int PMTUDISC_PROBE = 3;

  private static final int IP4_AND_UDP_BYTES = 28;
  private static final int IP6_AND_UDP_BYTES = 48;
  private static final int ETHERNET_BYTES = 1500;

  /** The kernel's bounds on a train of datagrams. */
  private static final int MAX_TRAIN_BYTES = 65_000;

  private static final int MAX_TRAIN_LENGTH = 64;

  /** A buffer that holds a train. */
  private static final int TRAIN_BUFFER_BYTES = 65_536;

  private static final int PLAIN_BUFFER_BYTES = 2048;

  /** How many reads in a row before others of the event loop get their turn. */
  private static final int READS_IN_A_ROW = 16;

  private static final int WRITE_HIGH_WATER_BYTES = 2 << 20;

  static SocketTuning of(IoEngine.Kind kind, Datagrams options, InetSocketAddress local) {
    boolean ip4 = local.getAddress() instanceof Inet4Address;
    int bufferBytes = options.socketBufferBytes();
    if (kind != IoEngine.Kind.EPOLL) {
      return new SocketTuning(
          kind,
          ip4,
          bufferBytes,
          Datagrams.SAFE_PAYLOAD_BYTES,
          PLAIN_BUFFER_BYTES,
          SegmentedDatagramPacketAllocator.NONE);
    }
    int largest =
        Math.max(
            Datagrams.SAFE_PAYLOAD_BYTES,
            Math.min(
                options.maxPayloadBytes(),
                mtu(local.getAddress()) - (ip4 ? IP4_AND_UDP_BYTES : IP6_AND_UDP_BYTES)));
    return new SocketTuning(
        kind,
        ip4,
        bufferBytes,
        largest,
        Datagrams.MAX_PAYLOAD_BYTES,
        EpollQuicUtils.newSegmentedAllocator(
            Math.max(1, Math.min(MAX_TRAIN_LENGTH, MAX_TRAIN_BYTES / largest))));
  }

  /** The largest packet of the interface with an address, or of those that lead out of the host. */
  private static int mtu(InetAddress local) {
    try {
      NetworkInterface bound = NetworkInterface.getByInetAddress(local);
      if (bound != null) {
        return bound.getMTU();
      }
      int largest = ETHERNET_BYTES;
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (each.isUp() && !each.isLoopback()) {
          largest = Math.max(largest, each.getMTU());
        }
      }
      return largest;
    } catch (SocketException e) {
      log.debug("no MTU of {}; that of Ethernet is taken", local, e);
      return ETHERNET_BYTES;
    }
  }

  boolean discoversPath() {
    return maxSentBytes > Datagrams.SAFE_PAYLOAD_BYTES;
  }

  DatagramChannel newChannel() {
    SocketProtocolFamily family = ip4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    return switch (kind) {
      case EPOLL -> new EpollDatagramChannel(family);
      case IO_URING -> new IoUringDatagramChannel(family);
      case NIO -> new NioDatagramChannel(family);
    };
  }

  void apply(Bootstrap bootstrap) {
    bootstrap
        .option(ChannelOption.SO_RCVBUF, bufferBytes)
        .option(ChannelOption.SO_SNDBUF, bufferBytes)
        .option(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(WRITE_HIGH_WATER_BYTES / 2, WRITE_HIGH_WATER_BYTES));
    if (kind == IoEngine.Kind.EPOLL) {
      bootstrap
          .option(EpollChannelOption.UDP_GRO, true)
          .option(ip4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, PMTUDISC_PROBE)
          .option(ChannelOption.RECVBUF_ALLOCATOR, reads(TRAIN_BUFFER_BYTES));
    } else {
      bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, reads(PLAIN_BUFFER_BYTES));
    }
  }

  private static FixedRecvByteBufAllocator reads(int bytes) {
    FixedRecvByteBufAllocator allocator = new FixedRecvByteBufAllocator(bytes);
    allocator.maxMessagesPerRead(READS_IN_A_ROW);
    return allocator;
  }
}
