package io.tributary.exchange.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentHeader;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.Status;
import io.tributary.exchange.wire.FragmentCodec;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gift that is cancelled lets go of the bytes that had come and were not taken. */
final class CancelledGiftTest {
  private static final int CAME_BYTES = 100_000;

  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private final PrivateKey identity = PrivateKey.generate(new SecureRandom());
  private final Host host =
      Host.builder(identity).io(io).security(new TlsProtocol(identity)).build();
  private final EventLoop loop = io.group().next();
  private final AtomicInteger over = new AtomicInteger();
  private final AtomicInteger resets = new AtomicInteger();

  @AfterEach
  void stop() {
    host.close();
    io.close();
  }

  /** A stream that takes what is written and says nothing by itself. */
  private Stream silentStream() {
    return (Stream)
        Proxy.newProxyInstance(
            Stream.class.getClassLoader(),
            new Class<?>[] {Stream.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "allocator" -> UnpooledByteBufAllocator.DEFAULT;
                  case "write" -> ((ByteBuf) arguments[0]).release();
                  case "reset" -> {
                    resets.incrementAndGet();
                    yield null;
                  }
                  default -> method.getReturnType() == boolean.class ? true : null;
                });
  }

  private static ByteBuf headerAndBytes() {
    byte[] header =
        FragmentCodec.encode(
            new FragmentHeader(
                Status.OK,
                CacheOutcome.HIT,
                Layout.FRAGMENT_BYTES,
                0,
                Layout.FRAGMENT_BYTES,
                PricePerGib.FREE,
                Duration.ZERO));
    return Unpooled.directBuffer(header.length + CAME_BYTES)
        .writeBytes(header)
        .writeZero(CAME_BYTES);
  }

  @Test
  void bytesThatNobodyTook_areReleasedWhenTheGiftIsCancelled() throws Exception {
    FragmentName name =
        new FragmentName(
            new Fid(Digest.of(new byte[32])), 0, 0, new FragmentHash(Digest.of(new byte[32])));
    FetchRequest wanted = FetchRequest.whole(name, PricePerGib.FREE, Duration.ofSeconds(20));
    Transfer transfer =
        new Transfer(
            new Transfer.Shared(
                host,
                Optional.empty(),
                ClientSettings.defaults(),
                new EventLoopTimekeeper(loop, InstantSource.system()),
                ExchangeMetrics.NONE,
                over::incrementAndGet),
            new Provider(host.peerId(), List.of(), Optional.empty()),
            wanted,
            ByteBuf::release);
    ByteBuf came = headerAndBytes();
    loop.submit(
            () -> {
              transfer.onStream(
                  silentStream(),
                  new FragmentRequest(name, wanted.range(), Optional.empty(), wanted.deadline()));
              transfer.onData(came);
              assertThat(came.refCnt()).as("held for who asked for nothing yet").isOne();
              transfer.cancel();
            })
        .get(20, TimeUnit.SECONDS);
    assertThat(transfer.result()).isCompletedExceptionally();
    assertThat(came.refCnt()).isZero();
    assertThat(resets).hasValue(1);
    assertThat(over).hasValue(1);
  }
}
