package io.tributary.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a running node how it is. */
@Command(
    name = "status",
    description = "Ask a running node how it is; prints JSON.",
    mixinStandardHelpOptions = true)
final class RetrieverStatusCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--admin",
      paramLabel = "URL",
      required = true,
      description = "The node's admin address, as it said when it started.")
  private URI admin = URI.create("");

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The admin token, if the node asks for one.")
  private Optional<Path> tokenFile = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(admin + "/status")).timeout(PATIENCE);
    if (tokenFile.isPresent()) {
      request.header("Authorization", "Bearer " + Files.readString(tokenFile.get()).strip());
    }
    HttpResponse<String> answer;
    try {
      answer =
          HttpClient.newBuilder()
              .connectTimeout(PATIENCE)
              .build()
              .send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.UNREACHABLE, "no node answers at " + admin, e);
    }
    spec.commandLine().getOut().println(answer.body());
    return answer.statusCode() == 200 ? ExitCode.OK.code() : ExitCode.CONFIG.code();
  }
}
