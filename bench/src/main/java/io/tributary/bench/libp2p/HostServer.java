package io.tributary.bench.libp2p;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.transport.IoEngine;
import java.util.Map;

/** A host that answers perf, ping and echo. */
final class HostServer implements Side {

  private final IoEngine io = HostRow.engine();
  private final Host host;

  HostServer(Row row) {
    host = HostRow.builder(row, io).listen(HostRow.listenAddress(row)).build();
    PerfService.answer(host);
    new PingService(host);
    host.handle(HostRow.ECHO, Echo::new);
    host.start().syncUninterruptibly();
  }

  @Override
  public String address() {
    return host.listenAddresses().iterator().next().withPeerId(host.peerId()).toString();
  }

  @Override
  public Map<String, ?> carryOut(String command, long... arguments) throws Exception {
    if (!command.equals("usage")) {
      throw new IllegalArgumentException("a server knows no " + command);
    }
    return LoopUsage.read(io.group().next(), () -> 0);
  }

  @Override
  public void close() {
    host.close();
    io.close();
  }

  private static final class Echo implements StreamHandler {
    private final Stream stream;

    Echo(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf data) {
      stream.write(data);
    }

    @Override
    public void onEndOfInput() {
      stream.closeWrite();
    }
  }
}
