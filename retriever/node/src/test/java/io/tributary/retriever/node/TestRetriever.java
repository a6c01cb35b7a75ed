package io.tributary.retriever.node;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.http.HttpServer;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.AddressBlock;
import io.tributary.retriever.node.access.ClientBudgets;
import io.tributary.retriever.node.access.ClientLimits;
import io.tributary.retriever.node.http.ApiSettings;
import io.tributary.retriever.node.http.FileApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The API over an engine in memory, on a real socket. */
public final class TestRetriever implements AutoCloseable {
  /** How it writes accounts. */
  public static final int SS58_PREFIX = 11330;

  public final MemoryEngine engine = new MemoryEngine();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService blocking = Executors.newFixedThreadPool(4);
  private final HttpServer server;

  public TestRetriever() throws IOException {
    this(List.of(URI.create("https://mirror.example")));
  }

  /** One whose metalinks name others too. */
  public TestRetriever(List<URI> mirrors) throws IOException {
    this(AccessLists.OPEN, ClientLimits.defaults(), List.of(), mirrors, Optional.empty());
  }

  public TestRetriever(AccessLists lists, ClientLimits clients, List<AddressBlock> proxies)
      throws IOException {
    this(lists, clients, proxies, List.of(), Optional.empty());
  }

  /** One that signs receipts. */
  public TestRetriever(SigningKey signer) throws IOException {
    this(AccessLists.OPEN, ClientLimits.defaults(), List.of(), List.of(), Optional.of(signer));
  }

  private TestRetriever(
      AccessLists lists,
      ClientLimits clients,
      List<AddressBlock> proxies,
      List<URI> mirrors,
      Optional<SigningKey> signer)
      throws IOException {
    FileApi api =
        new FileApi(
            engine,
            new ApiSettings(
                "tributary/test",
                SS58_PREFIX,
                Optional.empty(),
                mirrors,
                ReadOptions.defaults(),
                lists,
                proxies),
            new ClientBudgets(clients, System::nanoTime),
            blocking,
            () -> Map.of("version", "tributary/test"),
            signer);
    server =
        HttpServer.builder("test", loops, api.router())
            .cors(FileApi.cors())
            .quick(api.quick())
            .problems(FileApi.problems())
            .start();
  }

  public URI url() {
    return server.url();
  }

  /** Sends a request with headers as name and value in turn. */
  public HttpResponse<byte[]> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  public HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, headers);
  }

  @Override
  public void close() {
    server.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    blocking.shutdownNow();
  }
}
