package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search for a gateway's UPnP description: asks all devices around, and the gateway itself, and
 * heeds the answers that come from the gateway and lead to it.
 *
 * <pre>
 *  M-SEARCH * HTTP/1.1               HTTP/1.1 200 OK
 *  HOST: 239.255.255.250:1900        LOCATION: http://192.0.2.1:5000/rootDesc.xml
 *  MAN: "ssdp:discover"              ST: urn:schemas-upnp-org:device:...:1
 *  MX: 1                             ...
 *  ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1
 * </pre>
 *
 * @see <a href="https://openconnectivity.org/upnp-specs/UPnP-arch-DeviceArchitecture-v1.1.pdf">UPnP
 *     Device Architecture 1.1</a>, section 1.3
 */
final class SsdpSearch {

  /** The longest answer that is read. */
  static final int MAX_BYTES = 2048;

  /** The most answers that are read. */
  static final int MAX_ANSWERS = 64;

  private static final Logger log = LoggerFactory.getLogger(SsdpSearch.class);
  private static final int ROUNDS = 2;
  private static final int HOPS = 2;
  private static final String DEVICE = "urn:schemas-upnp-org:device:InternetGatewayDevice:";

  private SsdpSearch() {}

  /** The address of the gateway's description. */
  static URI find(Inet4Address gateway, InetAddress self, GatewayDoors doors, PortMapTimes times)
      throws GatewayException {
    List<InetSocketAddress> targets = new ArrayList<>(doors.ssdp());
    targets.add(new InetSocketAddress(gateway, doors.ssdpPort()));
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(self, 0))) {
      prepare(socket, self);
      int[] answers = {0};
      for (int round = 0; round < ROUNDS; round++) {
        targets.forEach(target -> send(socket, target));
        long end = System.nanoTime() + times.search().toNanos() / ROUNDS;
        Optional<URI> found = listen(socket, gateway, end, answers);
        if (found.isPresent()) {
          return found.get();
        }
      }
    } catch (IOException e) {
      throw new GatewayException(Reason.NO_ANSWER, e);
    }
    throw new GatewayException(Reason.NOT_SPOKEN, "nobody answers for " + gateway);
  }

  private static void prepare(DatagramSocket socket, InetAddress self) throws IOException {
    NetworkInterface by = NetworkInterface.getByInetAddress(self);
    if (by != null) {
      socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, by);
    }
    socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, HOPS);
  }

  private static void send(DatagramSocket socket, InetSocketAddress target) {
    for (int version = 1; version <= 2; version++) {
      String host = target.getAddress().getHostAddress() + ":" + target.getPort();
      String search =
          "M-SEARCH * HTTP/1.1\r\nHOST: "
              + host
              + "\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: "
              + DEVICE
              + version
              + "\r\n\r\n";
      byte[] bytes = search.getBytes(StandardCharsets.US_ASCII);
      try {
        socket.send(new DatagramPacket(bytes, bytes.length, target));
      } catch (IOException e) {
        // The other targets may do: not every network takes what is for all.
        log.debug("no search at {}", target, e);
      }
    }
  }

  private static Optional<URI> listen(
      DatagramSocket socket, Inet4Address gateway, long end, int[] answers) throws IOException {
    byte[] buffer = new byte[MAX_BYTES];
    while (answers[0] < MAX_ANSWERS) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (leftMillis < 1) {
        return Optional.empty();
      }
      socket.setSoTimeout((int) leftMillis);
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        return Optional.empty();
      }
      if (!gateway.equals(packet.getAddress())) {
        // Not counted, or others could keep the gateway from being heard; time bounds them.
        continue;
      }
      answers[0]++;
      Optional<URI> location =
          location(new String(buffer, 0, packet.getLength(), StandardCharsets.ISO_8859_1))
              .filter(uri -> GatewayUri.leadsTo(gateway, uri));
      if (location.isPresent()) {
        return location;
      }
    }
    return Optional.empty();
  }

  /** Where the description is, if this is an answer of a gateway's device. */
  static Optional<URI> location(String answer) {
    String[] lines = answer.split("\r?\n", -1);
    if (!lines[0].matches("HTTP/1\\.[01] 200( .*)?")) {
      return Optional.empty();
    }
    Optional<URI> location = Optional.empty();
    boolean isGateway = false;
    for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 1) {
        return Optional.empty();
      }
      String value = lines[i].substring(colon + 1).trim();
      switch (lines[i].substring(0, colon).trim().toUpperCase(Locale.ROOT)) {
        case "LOCATION" -> location = GatewayUri.parse(value);
        case "ST" -> isGateway = value.startsWith(DEVICE);
        default -> {
          // Nothing else matters here.
        }
      }
    }
    return isGateway ? location : Optional.empty();
  }
}
