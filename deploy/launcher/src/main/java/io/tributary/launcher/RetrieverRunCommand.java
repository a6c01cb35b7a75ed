package io.tributary.launcher;

import io.tributary.cacher.store.StoreException;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.nodekit.json.Json;
import io.tributary.retriever.node.RetrieverConfig;
import io.tributary.retriever.node.RetrieverNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a retriever until it is stopped. */
@Command(
    name = "run",
    description = {
      "Run a retriever until it is stopped by Ctrl-C or SIGTERM.",
      "When it answers, one line of JSON on standard output says where."
    },
    mixinStandardHelpOptions = true)
final class RetrieverRunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private RetrieverConfigOption config = new RetrieverConfigOption();

  @Override
  public Integer call()
      throws IOException,
          InterruptedException,
          StoreException,
          JournalException,
          KeystoreException {
    RetrieverConfig read = config.read().config();
    CountDownLatch stopAsked = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stopAsked, stopped), "stop"));
    try (NodeThreads threads = NodeThreads.start();
        RetrieverNode node = RetrieverNode.start(read, threads.retriever())) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(Json.line(node.ready()));
      out.flush();
      stopAsked.await();
    } finally {
      stopped.countDown();
    }
    return ExitCode.OK.code();
  }

  /** Asks for the end and waits for it, since the process ends with its shutdown hooks. */
  private static void stop(CountDownLatch stopAsked, CountDownLatch stopped) {
    stopAsked.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
