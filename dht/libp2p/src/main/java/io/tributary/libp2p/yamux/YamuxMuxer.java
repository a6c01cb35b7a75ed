package io.tributary.libp2p.yamux;

import io.netty.channel.Channel;
import io.tributary.libp2p.muxer.MuxedConnection;
import io.tributary.libp2p.muxer.MuxerListener;
import io.tributary.libp2p.muxer.MuxerMemory;
import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.muxer.SendBudget;
import io.tributary.libp2p.muxer.StreamMuxer;
import io.tributary.libp2p.security.Role;

/**
 * The Yamux muxer, {@value #PROTOCOL_ID}. Thread-safe; one serves all connections of a host, which
 * then share its memory budget.
 */
public final class YamuxMuxer implements StreamMuxer {

  /** The protocol id. */
  public static final String PROTOCOL_ID = "/yamux/1.0.0";

  private final YamuxOptions options;
  private final ReceiveBudget budget;
  private final SendBudget sendBudget;

  /** A muxer with default options and budget. */
  public YamuxMuxer() {
    this(YamuxOptions.defaults(), ReceiveBudget.ofDefaultSize());
  }

  /** A muxer with the default bound on what waits to be sent. */
  public YamuxMuxer(YamuxOptions options, ReceiveBudget budget) {
    this(options, budget, SendBudget.ofDefaultSize());
  }

  /**
   * A muxer.
   *
   * @param options the limits of each connection
   * @param budget the bound on what all connections together have received
   * @param sendBudget the bound on what all connections together are to send
   */
  public YamuxMuxer(YamuxOptions options, ReceiveBudget budget, SendBudget sendBudget) {
    this.options = options;
    this.budget = budget;
    this.sendBudget = sendBudget;
  }

  @Override
  public String protocolId() {
    return PROTOCOL_ID;
  }

  @Override
  public MuxedConnection attach(Channel channel, Role role, MuxerListener listener) {
    YamuxConnection connection =
        new YamuxConnection(channel, role == Role.INITIATOR, listener, options, budget, sendBudget);
    channel.pipeline().addLast("yamux", connection.channelHandler());
    return connection;
  }

  @Override
  public MuxerMemory memory() {
    return new MuxerMemory(
        budget.heldBytes(),
        budget.maxHeldBytes(),
        budget.grownBytes(),
        budget.maxGrownBytes(),
        sendBudget.queuedBytes(),
        sendBudget.maxQueuedBytes());
  }
}
