package io.tributary.retriever.node.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.origin.dev.miner.Fault;
import io.tributary.retriever.engine.EngineStatus;
import io.tributary.retriever.node.RetrieverNode;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that goes away while its file is fetched. */
class ClientGoneTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A fragment takes minutes, so nothing ends by itself while the test waits. */
  private static final Fault SLOW = new Fault(Fault.Kind.SLOW, 32 << 10);

  @TempDir private Path directory;

  @Test
  void clientGone_beforeTheFirstByte_nothingIsFetchedAnyMore() throws Exception {
    try (TestNetwork network = new TestNetwork(directory);
        RetrieverNode node = network.retriever("node", Optional.empty(), "")) {
      network.fault(SLOW);
      try (Socket client = new Socket(node.url().getHost(), node.url().getPort())) {
        OutputStream out = client.getOutputStream();
        out.write(
            ("GET /file/" + network.file.manifest().fid().toHex() + " HTTP/1.1\r\nHost: t\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        await().atMost(PATIENCE).until(() -> node.engine().status().fetches() > 0);
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                EngineStatus status = node.engine().status();
                assertThat(status.fetches()).isZero();
                assertThat(status.streams()).isZero();
                assertThat(status.heldBytes()).isZero();
              });
    }
  }
}
