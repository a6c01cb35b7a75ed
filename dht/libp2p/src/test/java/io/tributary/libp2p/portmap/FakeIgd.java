package io.tributary.libp2p.portmap;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway on loopback that speaks UPnP, well or badly. */
final class FakeIgd implements AutoCloseable {

  /**
   * A mapping.
   *
   * @param leaseSeconds 0 for ever
   */
  record Entry(String client, int internalPort, long leaseSeconds) {}

  /** What is mapped, by {@code TCP 4001}. */
  final Map<String, Entry> mapped = new ConcurrentHashMap<>();

  final Set<Integer> takenPorts = ConcurrentHashMap.newKeySet();
  final AtomicInteger searches = new AtomicInteger();
  volatile int version = 1;
  volatile int refusal;
  volatile boolean onlyPermanent;
  volatile boolean forgetful;
  volatile long maxLeaseSeconds = 1 << 30;
  volatile String external = "203.0.113.7";
  volatile Optional<String> location = Optional.empty();
  volatile Optional<byte[]> description = Optional.empty();
  volatile String control = "/ctl?service=IPConn";

  private final DatagramSocket ssdp;
  private final HttpServer http;

  FakeIgd(String ip) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getByName(ip), 0);
    ssdp = new DatagramSocket(any);
    http = HttpServer.create(any, 0);
    http.createContext("/desc.xml", this::describe);
    http.createContext("/ctl", this::control);
    http.start();
    Thread thread = new Thread(this::answerSearches, "fake-igd");
    thread.setDaemon(true);
    thread.start();
  }

  InetSocketAddress ssdp() {
    return (InetSocketAddress) ssdp.getLocalSocketAddress();
  }

  private String location() {
    InetSocketAddress at = http.getAddress();
    return location.orElse(
        "http://" + at.getAddress().getHostAddress() + ":" + at.getPort() + "/desc.xml");
  }

  private void answerSearches() {
    byte[] buffer = new byte[2048];
    while (!ssdp.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        ssdp.receive(packet);
        searches.incrementAndGet();
        Matcher wanted =
            Pattern.compile("\r\nST: (.*)\r\n")
                .matcher(new String(buffer, 0, packet.getLength(), UTF_8));
        if (wanted.find()) {
          String text =
              "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nEXT:\r\nST: "
                  + wanted.group(1)
                  + "\r\nLocation: "
                  + location()
                  + "\r\n\r\n";
          byte[] answer = text.getBytes(UTF_8);
          ssdp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (SocketException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void describe(HttpExchange exchange) throws IOException {
    String xml =
        "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device>"
            + "<friendlyName>A &amp; B</friendlyName><serviceList><service><serviceType>"
            + "urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>"
            + "<controlURL>/other</controlURL></service></serviceList><deviceList><device>"
            + "<serviceList><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:"
            + version
            + "</serviceType><controlURL>"
            + control
            + "</controlURL></service></serviceList></device></deviceList></device></root>";
    answer(exchange, 200, description.orElse(xml.getBytes(UTF_8)));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    // Without a length, so in chunks.
    exchange.sendResponseHeaders(status, 0);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void control(HttpExchange exchange) throws IOException {
    String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String called = exchange.getRequestHeaders().getFirst("SOAPACTION");
    String action = called.substring(called.indexOf('#') + 1, called.length() - 1);
    String result =
        switch (action) {
          case "GetExternalIPAddress" ->
              "<NewExternalIPAddress>" + external + "</NewExternalIPAddress>";
          case "AddPortMapping" -> add(request, number(request, "NewExternalPort"));
          case "AddAnyPortMapping" -> addAny(request);
          case "DeletePortMapping" -> mapped.remove(key(request)) == null ? "714" : "";
          case "GetSpecificPortMappingEntry" -> find(request);
          default -> "401";
        };
    String body =
        result.matches("[0-9]+")
            ? "<s:Fault><faultcode>s:Client</faultcode><detail><UPnPError><errorCode>"
                + result
                + "</errorCode></UPnPError></detail></s:Fault>"
            : "<u:" + action + "Response xmlns:u=\"x\">" + result + "</u:" + action + "Response>";
    String envelope =
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"e\"><s:Body>"
            + body
            + "</s:Body></s:Envelope>";
    answer(exchange, result.matches("[0-9]+") ? 500 : 200, envelope.getBytes(UTF_8));
  }

  private String addAny(String request) {
    if (version < 2) {
      return "401";
    }
    int port = number(request, "NewExternalPort");
    while (takenPorts.contains(port)) {
      port++;
    }
    String result = add(request, port);
    return result.isEmpty() ? "<NewReservedPort>" + port + "</NewReservedPort>" : result;
  }

  private String add(String request, int port) {
    long lease = number(request, "NewLeaseDuration");
    if (refusal != 0) {
      return Integer.toString(refusal);
    } else if (onlyPermanent && lease != 0) {
      return "725";
    } else if (takenPorts.contains(port)) {
      return "718";
    }
    if (!forgetful) {
      mapped.put(
          value(request, "NewProtocol") + " " + port,
          new Entry(
              value(request, "NewInternalClient"),
              number(request, "NewInternalPort"),
              Math.min(lease, maxLeaseSeconds)));
    }
    return "";
  }

  private String find(String request) {
    Entry entry = mapped.get(key(request));
    return entry == null
        ? "714"
        : "<NewInternalPort>"
            + entry.internalPort()
            + "</NewInternalPort><NewInternalClient>"
            + entry.client()
            + "</NewInternalClient><NewLeaseDuration>"
            + entry.leaseSeconds()
            + "</NewLeaseDuration>";
  }

  private static String key(String request) {
    return value(request, "NewProtocol") + " " + number(request, "NewExternalPort");
  }

  private static int number(String request, String name) {
    return Integer.parseInt(value(request, name));
  }

  private static String value(String request, String name) {
    Matcher found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(request);
    if (!found.find()) {
      throw new IllegalArgumentException("no " + name + " in " + request);
    }
    return found.group(1);
  }

  @Override
  public void close() {
    ssdp.close();
    http.stop(0);
  }
}
