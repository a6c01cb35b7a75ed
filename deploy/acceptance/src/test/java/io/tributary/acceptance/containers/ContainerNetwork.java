package io.tributary.acceptance.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import io.tributary.acceptance.containers.ComposeFile.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/** The network of the compose file, in containers with volumes of their own that end with it. */
final class ContainerNetwork implements AutoCloseable {
  /** What a node, or the devnet, says when it is ready. */
  private static final String READY = "(?s).*(\"admin\":|try +tributary publish).*";

  private static final Duration START_TIMEOUT = Duration.ofMinutes(4);
  private static final int STOP_SECONDS = 40;

  private final DockerClient docker = DockerClientFactory.lazyClient();
  private final String prefix = "tributary-test-" + Long.toHexString(System.nanoTime()) + "-";
  private final Network network = Network.newNetwork();
  private final Map<String, GenericContainer<?>> containers = new LinkedHashMap<>();
  private final Set<String> volumes = new ConcurrentSkipListSet<>();
  private final ComposeFile compose;

  ContainerNetwork(ComposeFile compose) {
    this.compose = compose;
  }

  /** Starts all services, those side by side that wait for the same ones. */
  void start() {
    List<Service> waiting = new ArrayList<>(compose.services().values());
    while (!waiting.isEmpty()) {
      List<Service> now =
          waiting.stream().filter(each -> containers.keySet().containsAll(each.after())).toList();
      waiting.removeAll(now);
      now.forEach(each -> containers.put(each.name(), make(each)));
      Startables.deepStart(now.stream().map(each -> container(each.name()))).join();
    }
  }

  /** Makes the container of a service. */
  GenericContainer<?> make(Service service) {
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(service.image()))
            .withImagePullPolicy(name -> false)
            .withCommand(service.list("command").toArray(String[]::new))
            .withEnv(service.environment())
            .withNetwork(network)
            .withNetworkAliases(service.name())
            .withStartupTimeout(START_TIMEOUT)
            .waitingFor(Wait.forLogMessage(READY, 1))
            .withCreateContainerCmdModifier(command -> adjust(command, service));
    Map<String, String> tmpfs = new LinkedHashMap<>();
    for (String each : service.list("tmpfs")) {
      int colon = each.indexOf(':');
      tmpfs.put(each.substring(0, colon), each.substring(colon + 1));
    }
    container.withTmpFs(tmpfs);
    for (String each : service.list("ports")) {
      container.addExposedPort(Integer.parseInt(each.substring(each.lastIndexOf(':') + 1)));
    }
    return container;
  }

  private void adjust(CreateContainerCmd command, Service service) {
    List<Bind> binds = new ArrayList<>();
    for (String each : service.list("volumes")) {
      volumes.add(prefix + each.substring(0, each.indexOf(':')));
      binds.add(Bind.parse(prefix + each));
    }
    HostConfig host = command.getHostConfig() == null ? new HostConfig() : command.getHostConfig();
    command.withHostConfig(
        host.withBinds(binds.toArray(Bind[]::new))
            .withReadonlyRootfs(service.said().path("read_only").asBoolean())
            .withCapDrop(
                service.list("cap_drop").stream()
                    .map(Capability::valueOf)
                    .toArray(Capability[]::new))
            .withSecurityOpts(service.list("security_opt"))
            .withPidsLimit(service.said().path("pids_limit").asLong())
            .withMemory(service.memoryBytes()));
    command.withHealthcheck(
        new HealthCheck()
            .withTest(service.healthTest())
            .withInterval(TimeUnit.SECONDS.toNanos(10))
            .withTimeout(TimeUnit.SECONDS.toNanos(5))
            .withRetries(3));
  }

  GenericContainer<?> container(String name) {
    GenericContainer<?> container = containers.get(name);
    if (container == null) {
      throw new IllegalArgumentException("no container " + name);
    }
    return container;
  }

  /** Runs a command in a container and returns what it said. */
  String run(String name, String... command) throws IOException, InterruptedException {
    ExecResult result = container(name).execInContainer(command);
    if (result.getExitCode() != 0) {
      throw new IOException(
          String.join(" ", command)
              + ": "
              + result.getExitCode()
              + "\n"
              + result.getStdout()
              + result.getStderr());
    }
    return result.getStdout();
  }

  /** Where a port of a container is reached from this machine now; restarts may change it. */
  int port(String name, int inside) {
    return docker
        .inspectContainerCmd(container(name).getContainerId())
        .exec()
        .getNetworkSettings()
        .getPorts()
        .getBindings()
        .entrySet()
        .stream()
        .filter(each -> each.getKey().getPort() == inside && each.getValue() != null)
        .map(each -> Integer.parseInt(each.getValue()[0].getHostPortSpec()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + " has no port " + inside));
  }

  /** What its health check says: starting, healthy or unhealthy. */
  String health(String name) {
    return docker
        .inspectContainerCmd(container(name).getContainerId())
        .exec()
        .getState()
        .getHealth()
        .getStatus();
  }

  boolean isRunning(String name) {
    return Boolean.TRUE.equals(
        docker
            .inspectContainerCmd(container(name).getContainerId())
            .exec()
            .getState()
            .getRunning());
  }

  void disconnect(String name) {
    docker
        .disconnectFromNetworkCmd()
        .withContainerId(container(name).getContainerId())
        .withNetworkId(network.getId())
        .exec();
  }

  void connect(String name) {
    docker
        .connectToNetworkCmd()
        .withContainerId(container(name).getContainerId())
        .withNetworkId(network.getId())
        .withContainerNetwork(
            new com.github.dockerjava.api.model.ContainerNetwork().withAliases(name))
        .exec();
  }

  void kill(String name) {
    docker.killContainerCmd(container(name).getContainerId()).exec();
  }

  /** Stops by SIGTERM; the exit code. */
  long stop(String name) {
    String id = container(name).getContainerId();
    docker.stopContainerCmd(id).withTimeout(STOP_SECONDS).exec();
    Long exitCode = docker.inspectContainerCmd(id).exec().getState().getExitCodeLong();
    return exitCode == null ? -1 : exitCode;
  }

  void startAgain(String name) {
    docker.startContainerCmd(container(name).getContainerId()).exec();
  }

  /** What all containers said, for a test that failed. */
  String logs() {
    StringBuilder all = new StringBuilder();
    containers.forEach(
        (name, container) ->
            all.append("== ").append(name).append('\n').append(container.getLogs()).append('\n'));
    return all.toString();
  }

  @Override
  public void close() {
    List<GenericContainer<?>> all = new ArrayList<>(containers.values());
    for (int i = all.size() - 1; i >= 0; i--) {
      // Nothing of it is needed any more: no need to let it drain.
      String id = all.get(i).getContainerId();
      if (id != null) {
        closed(() -> docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec());
      }
    }
    network.close();
    volumes.forEach(each -> closed(() -> docker.removeVolumeCmd(each).exec()));
  }

  /** There is no reaper: whatever else fails, the rest is to be cleaned up too. */
  private static void closed(Runnable cleanUp) {
    try {
      cleanUp.run();
    } catch (DockerException e) {
      System.err.println("left behind: " + e.getMessage());
    }
  }
}
