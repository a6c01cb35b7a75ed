package io.tributary.acceptance.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tributary.cacher.node.config.CacherConfigFile;
import io.tributary.cacher.node.metrics.CacherMeters;
import io.tributary.cacher.node.metrics.DhtMeters;
import io.tributary.cacher.node.metrics.RegionMeters;
import io.tributary.cacher.node.process.Cacher;
import io.tributary.cacher.node.process.CacherRuntime;
import io.tributary.cacher.node.process.StaticEscrow;
import io.tributary.cacher.store.micrometer.MicrometerStoreMetrics;
import io.tributary.exchange.metrics.MicrometerExchangeMetrics;
import io.tributary.libp2p.metrics.micrometer.MicrometerHostMetrics;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.nodekit.admin.NodeMetrics;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.upstream.UpstreamRuntime;
import io.tributary.retriever.engine.micrometer.MicrometerEngineMetrics;
import io.tributary.retriever.node.RetrieverConfig;
import io.tributary.retriever.node.RetrieverNode;
import io.tributary.retriever.node.RetrieverRuntime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * All metrics of a cacher and of a retriever: those on the page of a running node, and those that
 * begin with their first event, for which the node's own meters are told every event there is.
 *
 * @param cacher its metrics by name
 * @param retriever its metrics by name
 */
record MeasuredNodes(Map<String, MetricFamily> cacher, Map<String, MetricFamily> retriever) {

  /** Starts both nodes, asks them and stops them. */
  static MeasuredNodes measure(Path directory) throws Exception {
    Path profile = directory.resolve("network.toml");
    Files.writeString(profile, network().toToml());
    ExecutorService executor = Executors.newFixedThreadPool(4);
    ScheduledExecutorService timers = UpstreamRuntime.newTimers(Thread::new);
    try {
      Map<String, MetricFamily> cacher = cacherPage(directory, executor, timers);
      Map<String, MetricFamily> retriever = retrieverPage(directory, executor, timers);
      addAll(cacher, CacherMeters::new);
      addAll(cacher, DhtMeters::new);
      addAll(cacher, RegionMeters::new);
      addAll(retriever, each -> new MicrometerEngineMetrics(each, Tags.empty()));
      for (Map<String, MetricFamily> both : List.of(cacher, retriever)) {
        addAll(both, MicrometerStoreMetrics::new);
        addAll(both, MicrometerHostMetrics::new);
        addAll(both, each -> new MicrometerExchangeMetrics(each, Tags.of("side", "any")));
      }
      return new MeasuredNodes(cacher, retriever);
    } finally {
      timers.shutdownNow();
      executor.shutdownNow();
    }
  }

  private static NetworkProfile network() {
    return new NetworkProfile(
            "measured",
            new NetworkProfile.Chain(
                Optional.empty(),
                11330,
                List.of(URI.create("http://127.0.0.1:9")),
                true,
                new NetworkProfile.Calls(104, 0, 3, 6)))
        .withOverlay(new NetworkProfile.Overlay("/tributary/measured", List.of(), true));
  }

  private static Map<String, MetricFamily> cacherPage(
      Path directory, ExecutorService executor, ScheduledExecutorService timers) throws Exception {
    Path file = directory.resolve("cacher.toml");
    Files.writeString(
        file,
        """
        network = "network.toml"
        directory = "cacher"
        region = "eu-west"
        [listen]
        addresses = ["/ip4/127.0.0.1/tcp/0"]
        [store]
        quota = "256 MiB"
        [http]
        listen = "127.0.0.1:0"
        [admin]
        listen = "127.0.0.1:0"
        """);
    CacherRuntime runtime =
        new CacherRuntime(
            executor,
            executor,
            timers,
            Clock.systemUTC(),
            new SecureRandom(),
            CacherRuntime.Settling.by(new StaticEscrow(Map.of())));
    try (Cacher cacher = Cacher.start(CacherConfigFile.read(file, Map.of()).config(), runtime)) {
      return page(cacher.adminUrl());
    }
  }

  private static Map<String, MetricFamily> retrieverPage(
      Path directory, ExecutorService executor, ScheduledExecutorService timers) throws Exception {
    Path file = directory.resolve("retriever.toml");
    Files.writeString(
        file,
        """
        network = "network.toml"
        [http]
        listen = "127.0.0.1:0"
        [cache]
        mebibytes = 128
        """);
    try (IoEngine io = IoEngine.start();
        RetrieverNode node =
            RetrieverNode.start(
                RetrieverConfig.read(file),
                new RetrieverRuntime(
                    io,
                    executor,
                    executor,
                    executor,
                    executor,
                    timers,
                    Clock.systemUTC(),
                    new SecureRandom(),
                    "measured"))) {
      return page(node.adminUrl());
    }
  }

  /** A page that is asked for twice also counts the first time. */
  private static Map<String, MetricFamily> page(URI admin) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(admin.resolve("/metrics")).build();
    HttpClient http = HttpClient.newHttpClient();
    http.send(request, BodyHandlers.discarding());
    return new TreeMap<>(Exposition.read(http.send(request, BodyHandlers.ofString()).body()));
  }

  private static void addAll(
      Map<String, MetricFamily> families, Function<MeterRegistry, Object> meters)
      throws ReflectiveOperationException {
    try (NodeMetrics metrics = new NodeMetrics()) {
      Specimens.tellAll(meters.apply(metrics.registry()));
      Exposition.read(metrics.scrape())
          .forEach((name, family) -> families.merge(name, family, MetricFamily::with));
    }
  }
}
