package io.tributary.libp2p.portmap;

import io.tributary.libp2p.HostLog;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of a Linux kernel, from its table of IPv4. Where there is no such file there is no
 * gateway.
 *
 * <pre>
 *  Iface Destination Gateway  Flags RefCnt Use Metric Mask     MTU Window IRTT
 *  eth0  00000000    0101A8C0 0003  0      0   100    00000000 0   0      0
 *
 *  addresses are hexadecimal, their first byte last; flags: 1 up, 2 by a gateway
 * </pre>
 *
 * @param table the file
 */
record ProcRoutes(Path table) implements GatewayRoutes {

  /** The most of the table that is read. */
  static final int MAX_BYTES = 64 << 10;

  private static final Logger log = LoggerFactory.getLogger(ProcRoutes.class);
  private static final int UP_BY_GATEWAY = 0x3;
  private static final int FIELDS = 8;

  /** Where the kernel has it. */
  static ProcRoutes ofKernel() {
    return new ProcRoutes(Path.of("/proc/net/route"));
  }

  @Override
  public Optional<Inet4Address> gateway() {
    if (!Files.isReadable(table)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(table)) {
      return gateway(new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      HostLog.routesUnreadable(table, e);
      return Optional.empty();
    }
  }

  /** The gateway of the default route that the kernel likes best. */
  static Optional<Inet4Address> gateway(String table) {
    Optional<Inet4Address> best = Optional.empty();
    long bestMetric = Long.MAX_VALUE;
    for (String line : (Iterable<String>) table.lines()::iterator) {
      String[] fields = line.trim().split("\\s+", -1);
      if (fields.length < FIELDS
          || !"00000000".equals(fields[1])
          || !"00000000".equals(fields[7])) {
        continue;
      }
      try {
        long metric = Long.parseLong(fields[6]);
        if ((Integer.parseInt(fields[3], 16) & UP_BY_GATEWAY) == UP_BY_GATEWAY
            && fields[2].length() == 8
            && metric < bestMetric) {
          best = Optional.of(address(Integer.parseUnsignedInt(fields[2], 16)));
          bestMetric = metric;
        }
      } catch (NumberFormatException e) {
        log.debug("not a route: {}", line, e);
      }
    }
    return best;
  }

  private static Inet4Address address(int lastByteFirst) {
    byte[] bytes = new byte[Integer.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (lastByteFirst >>> (Byte.SIZE * i));
    }
    return Ip4.of(bytes);
  }
}
