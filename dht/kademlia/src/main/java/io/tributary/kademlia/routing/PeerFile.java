package io.tributary.kademlia.routing;

import io.tributary.kademlia.KademliaLog;
import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A small file with the peers of a routing table, by which a restarted node finds its network again
 * without the bootstrap list.
 *
 * <pre>
 *  +------------+---------+-------+--------------------------------------+----------+
 *  | 'TKP' 0x01 | count   | peer  | ...                                  | CRC-32C  |
 *  | 4 bytes    | 2 bytes |       |                                      | 4 bytes  |
 *  +------------+---------+-------+--------------------------------------+----------+
 *
 *  peer:  length (1), id, count of addresses (1), each: length (2), binary address
 * </pre>
 *
 * All numbers are big-endian; the checksum covers all before it. Written to a file beside it that
 * is then moved into place, so a crash leaves the old one or the new one. A damaged file is only a
 * loss of time: it is logged and counts as empty.
 */
public final class PeerFile {

  /** The most peers in the file; those of the deepest buckets are kept. */
  public static final int MAX_PEERS = 2_000;

  /** The longest file that is read. */
  public static final long MAX_FILE_BYTES = 8 << 20;

  private static final int MAGIC = ('T' << 24) | ('K' << 16) | ('P' << 8) | 1;

  private final Path path;

  /**
   * @param path the file; its folder must exist
   */
  public PeerFile(Path path) {
    this.path = path;
  }

  /** Reads the peers; none if there is no file or it is damaged. Blocks. */
  public List<Contact> read() {
    if (!Files.exists(path)) {
      return List.of();
    }
    try {
      long length = Files.size(path);
      if (length > MAX_FILE_BYTES) {
        throw new IOException(
            "it has " + length + " bytes, at most " + MAX_FILE_BYTES + " are read");
      }
      return decode(Files.readAllBytes(path));
    } catch (IOException | MalformedFormatException e) {
      KademliaLog.peersUnreadable(path, e);
      return List.of();
    }
  }

  /**
   * Replaces the file. Blocks.
   *
   * @throws IOException if the disk fails; the old file is then still there
   */
  public void write(List<Contact> peers) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(encode(peers));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static byte[] encode(List<Contact> peers) {
    List<Contact> kept = peers.subList(Math.max(0, peers.size() - MAX_PEERS), peers.size());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeShort(kept.size());
      for (Contact contact : kept) {
        byte[] id = contact.peer().toBytes();
        out.writeByte(id.length);
        out.write(id);
        out.writeByte(contact.addresses().size());
        for (Multiaddr address : contact.addresses()) {
          byte[] binary = address.toBytes();
          out.writeShort(binary.length);
          out.write(binary);
        }
      }
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("an array cannot fail", e);
    }
    return bytes.toByteArray();
  }

  static List<Contact> decode(byte[] bytes) throws IOException {
    int end = bytes.length - Integer.BYTES;
    if (end < 0 || ByteBuffer.wrap(bytes).getInt(end) != checksum(bytes, end)) {
      throw new IOException("its checksum is wrong");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end))) {
      if (in.readInt() != MAGIC) {
        throw new IOException("it is no file of peers, or of another version");
      }
      int count = in.readUnsignedShort();
      List<Contact> peers = new ArrayList<>(Math.min(count, MAX_PEERS));
      for (int i = 0; i < count; i++) {
        peers.add(readPeer(in));
      }
      if (in.read() != -1) {
        throw new IOException("it goes on after its end");
      }
      return peers;
    }
  }

  private static Contact readPeer(DataInputStream in) throws IOException {
    byte[] id = new byte[in.readUnsignedByte()];
    in.readFully(id);
    List<Multiaddr> addresses = new ArrayList<>();
    int count = in.readUnsignedByte();
    for (int i = 0; i < count; i++) {
      byte[] binary = new byte[in.readUnsignedShort()];
      in.readFully(binary);
      if (Multiaddr.tryDecode(binary) instanceof DecodedAddress.Usable usable) {
        addresses.add(usable.address());
      }
    }
    return Contact.of(PeerId.decode(id), addresses);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
