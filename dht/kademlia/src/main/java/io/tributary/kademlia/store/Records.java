package io.tributary.kademlia.store;

import io.tributary.kademlia.KademliaLog;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of records on a {@link Shelf}: big-endian numbers, and bytes with their length (2) in
 * front. Each begins with a version.
 */
final class Records {

  private static final byte VERSION = 1;

  /** Writes the fields of a record. */
  interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads the fields of a record. */
  interface Reader {
    void read(DataInputStream in) throws IOException;
  }

  private Records() {}

  static byte[] write(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads all records of a shelf. One that cannot be read, as of a later version, is taken away.
   */
  static void load(Shelf shelf, String what, Reader reader) {
    List<byte[]> bad = new ArrayList<>();
    shelf.load(
        (id, record) -> {
          try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            if (in.readByte() != VERSION) {
              throw new IOException("another version");
            }
            reader.read(in);
          } catch (IOException | IllegalArgumentException e) {
            bad.add(id);
          }
        });
    if (!bad.isEmpty()) {
      KademliaLog.recordsForgotten(bad.size(), what);
      bad.forEach(shelf::remove);
    }
  }

  static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static byte[] readBytes(DataInputStream in, int most) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > most) {
      throw new IOException("a field of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  static void writeAddresses(DataOutputStream out, List<Multiaddr> addresses) throws IOException {
    out.writeByte(addresses.size());
    for (Multiaddr address : addresses) {
      writeBytes(out, address.toBytes());
    }
  }

  static List<Multiaddr> readAddresses(DataInputStream in) throws IOException {
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = in.readUnsignedByte(); i > 0; i--) {
      if (Multiaddr.tryDecode(readBytes(in, Multiaddr.MAX_BYTES))
          instanceof DecodedAddress.Usable usable) {
        addresses.add(usable.address());
      } else {
        throw new MalformedFormatException(
            MalformedFormatException.Reason.BAD_VALUE, "an address of our own cannot be read");
      }
    }
    return addresses;
  }
}
