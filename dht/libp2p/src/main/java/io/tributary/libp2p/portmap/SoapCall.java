package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request to a UPnP service and its answer.
 *
 * <pre>{@code
 * POST /ctl/IPConn HTTP/1.1
 * SOAPACTION: "urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping"
 *
 * <s:Envelope ...><s:Body><u:AddPortMapping xmlns:u="..."><NewExternalPort>4001</...
 *
 * HTTP/1.1 200 OK                    HTTP/1.1 500 Internal Server Error
 *
 * ...<u:AddPortMappingResponse ...   ...<UPnPError><errorCode>718</errorCode>...
 * }</pre>
 *
 * @param service whom to ask
 * @param action what for
 * @param arguments by name, in the order that the action defines; texts without what XML would take
 *     for its own
 * @see <a href="https://openconnectivity.org/upnp-specs/UPnP-arch-DeviceArchitecture-v1.1.pdf">UPnP
 *     Device Architecture 1.1</a>, section 3
 */
record SoapCall(DeviceDescription.Service service, String action, Map<String, String> arguments) {

  /** The most values of an answer. */
  static final int MAX_VALUES = 64;

  /**
   * What came back.
   *
   * @param values by name; empty after an error
   * @param error the number of what went wrong, if it did
   */
  record Answer(Map<String, String> values, Optional<Integer> error) {

    String value(String name) throws GatewayException {
      String value = values.get(name);
      if (value == null) {
        throw new GatewayException(Reason.MALFORMED, "no " + name + " in the answer");
      }
      return value;
    }
  }

  Answer send(Inet4Address gateway, Duration whole) throws GatewayException {
    InetSocketAddress to = GatewayUri.socket(gateway, service.control());
    String head =
        "POST "
            + GatewayUri.target(service.control())
            + " HTTP/1.1\r\nHost: "
            + gateway.getHostAddress()
            + ":"
            + to.getPort()
            + "\r\nContent-Type: text/xml; charset=\"utf-8\"\r\nSOAPACTION: \""
            + service.type()
            + "#"
            + action
            + "\"\r\n";
    HttpExchange.Answer answer = HttpExchange.send(to, head, body(), whole);
    return read(answer.status(), answer.body());
  }

  private String body() {
    StringBuilder xml = new StringBuilder(512);
    xml.append("<?xml version=\"1.0\"?>\r\n<s:Envelope")
        .append(" xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"")
        .append(" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:")
        .append(action)
        .append(" xmlns:u=\"")
        .append(service.type())
        .append("\">");
    arguments.forEach(
        (name, value) ->
            xml.append('<')
                .append(name)
                .append('>')
                .append(value)
                .append("</")
                .append(name)
                .append('>'));
    return xml.append("</u:").append(action).append("></s:Body></s:Envelope>\r\n").toString();
  }

  /** Reads the body of an answer. */
  Answer read(int status, byte[] body) throws GatewayException {
    Map<String, String> values = new LinkedHashMap<>();
    StrictXml.read(
        body,
        (parent, name, text) -> {
          boolean counts = parent.equals(action + "Response") || parent.equals("UPnPError");
          if (counts && values.size() < MAX_VALUES) {
            values.put(name, text);
          }
        });
    String code = values.get("errorCode");
    if (code != null) {
      return new Answer(Map.of(), Optional.of(number(code, 0, 9999)));
    }
    if (status != 200) {
      throw new GatewayException(Reason.MALFORMED, "status " + status + " and no error");
    }
    return new Answer(values, Optional.empty());
  }

  /** A number in bounds. */
  static int number(String digits, int least, int most) throws GatewayException {
    try {
      int value = Integer.parseInt(digits);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new GatewayException(Reason.MALFORMED, e);
    }
    throw new GatewayException(Reason.MALFORMED, digits + " is outside " + least + ".." + most);
  }
}
