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
import java.net.InetSocketAddress;

/**
 * How a UDP socket is used at its best on a platform.
 *
 * <p>With epoll the kernel takes and gives trains of datagrams (generic segmentation and receive
 * offload) and keeps datagrams from being fragmented, as RFC 9000 section 14 demands. Elsewhere
 * they are sent singly.
 *
 * @param sentBytes how large the datagrams are that are sent
 */
record SocketTuning(
    IoEngine.Kind kind,
    boolean ip4,
    int bufferBytes,
    int sentBytes,
    SegmentedDatagramPacketAllocator segments) {

  /** IP_MTU_DISCOVER and IPV6_MTU_DISCOVER of Linux, and "never fragment, whatever the path". */
  private static final ChannelOption<Integer> IP_MTU_DISCOVER =
      new IntegerUnixChannelOption("IP_MTU_DISCOVER", 0, 10);

  private static final ChannelOption<Integer> IPV6_MTU_DISCOVER =
      new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", 41, 23);

  private static final int PMTUDISC_PROBE = 3;

  /** The kernel's bound on a train of datagrams. */
  private static final int MAX_TRAIN_LENGTH = 64;

  /** The largest payload of a datagram, and of a train. */
  static final int MAX_DATAGRAM_BYTES = 65_507;

  /** A buffer that holds one. */
  private static final int BUFFER_BYTES = 65_536;

  /** How many reads in a row before others of the event loop get their turn. */
  private static final int READS_IN_A_ROW = 16;

  private static final int WRITE_HIGH_WATER_BYTES = 2 << 20;

  static SocketTuning of(IoEngine.Kind kind, Datagrams options, InetSocketAddress local) {
    boolean ip4 = local.getAddress() instanceof Inet4Address;
    int sent =
        local.getAddress().isLoopbackAddress()
            ? options.loopbackPayloadBytes()
            : options.payloadBytes();
    return new SocketTuning(
        kind,
        ip4,
        options.socketBufferBytes(),
        sent,
        kind == IoEngine.Kind.EPOLL
            ? EpollQuicUtils.newSegmentedAllocator(
                Math.min(MAX_TRAIN_LENGTH, MAX_DATAGRAM_BYTES / sent))
            : SegmentedDatagramPacketAllocator.NONE);
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
    FixedRecvByteBufAllocator reads = new FixedRecvByteBufAllocator(BUFFER_BYTES);
    reads.maxMessagesPerRead(READS_IN_A_ROW);
    bootstrap
        .option(ChannelOption.RECVBUF_ALLOCATOR, reads)
        .option(ChannelOption.SO_RCVBUF, bufferBytes)
        .option(ChannelOption.SO_SNDBUF, bufferBytes)
        .option(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(WRITE_HIGH_WATER_BYTES / 2, WRITE_HIGH_WATER_BYTES));
    if (kind == IoEngine.Kind.EPOLL) {
      bootstrap
          .option(EpollChannelOption.UDP_GRO, true)
          .option(ip4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, PMTUDISC_PROBE);
    }
  }
}
