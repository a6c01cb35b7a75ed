package io.tributary.cacher.store.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Pin.FileSpan;
import io.tributary.cacher.store.Sample;
import io.tributary.cacher.store.StoredFragment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that a socket refers to, on kernels and disks where the store lets them be sent so. */
final class SentByReferenceTest {
  private static final int LENGTH = 8 << 20;

  /** Room for one fragment, so that the second one takes the place of the first. */
  private static final Geometry GEOMETRY = Geometry.paged(LENGTH, LENGTH + (1 << 20));

  @TempDir private Path directory = Path.of("");

  private ChronicleFragmentStore open() throws Exception {
    return ChronicleFragmentStore.open(directory, "t", GEOMETRY, Long.MAX_VALUE);
  }

  /** Two ends of a connection, of which one is not read for a while. */
  private static final class Line implements AutoCloseable {
    private final SocketChannel out;
    private final SocketChannel in;

    Line() throws IOException {
      try (ServerSocketChannel listener = ServerSocketChannel.open()) {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        out = SocketChannel.open(listener.getLocalAddress());
        in = listener.accept();
        out.configureBlocking(false);
      }
    }

    /** Sends as much as the queues take. */
    int send(FileSpan span) throws IOException {
      try (FileChannel file = FileChannel.open(span.file(), StandardOpenOption.READ)) {
        return (int) file.transferTo(span.position(), span.length(), out);
      }
    }

    ByteBuffer receive(int bytes) throws IOException {
      ByteBuffer read = ByteBuffer.allocate(bytes);
      while (read.hasRemaining()) {
        assertThat(in.read(read)).isPositive();
      }
      return read.flip();
    }

    @Override
    public void close() throws IOException {
      out.close();
      in.close();
    }
  }

  /** What was sent, and the bytes that have to arrive. */
  private record Sent(int bytes, ByteBuffer wanted) {}

  private static Optional<Sent> send(Line line, StoredFragment stored, Sample sample)
      throws IOException {
    try (Pin pin = stored.pin().orElseThrow()) {
      Optional<FileSpan> span = pin.sendable();
      if (span.isEmpty()) {
        return Optional.empty();
      }
      FileSpan whole = pin.file().orElseThrow();
      int first = (int) (span.get().position() - whole.position());
      assertThat(first).isNotNegative();
      assertThat(first + span.get().length()).isLessThanOrEqualTo(whole.length());
      int bytes = line.send(span.get());
      assertThat(bytes).isPositive();
      return Optional.of(new Sent(bytes, sample.buffer().slice(first, bytes)));
    }
  }

  @Test
  void roomFilledAnew_whileASocketRefersToIt_doesNotChangeWhatArrives() throws Exception {
    Sample first = Sample.of(1, LENGTH);
    Sample second = Sample.of(2, LENGTH);
    try (ChronicleFragmentStore store = open();
        Line line = new Line()) {
      StoredFragment stored = first.storeIn(store);
      Optional<Sent> sent = send(line, stored, first);
      assertThat(stored.remove()).isTrue();
      StoredFragment other = second.storeIn(store);
      if (sent.isPresent()) {
        assertThat(line.receive(sent.get().bytes())).isEqualTo(sent.get().wanted());
      }
      try (Pin pin = other.pin().orElseThrow()) {
        assertThat(pin.bytes()).isEqualTo(second.buffer());
      }
    }
  }

  /** What the second one leaves alone of the room is not what the socket refers to. */
  @Test
  void roomFilledAnew_byShorterFragments_doesNotChangeWhatArrives() throws Exception {
    Sample first = Sample.of(6, LENGTH);
    try (ChronicleFragmentStore store = open();
        Line line = new Line()) {
      StoredFragment stored = first.storeIn(store);
      Optional<Sent> sent = send(line, stored, first);
      assertThat(stored.remove()).isTrue();
      for (int length : new int[] {1 << 20, 3 << 20, 5 << 20, LENGTH - 1}) {
        Sample shorter = Sample.of(length, length);
        StoredFragment other = shorter.storeIn(store);
        assertThat(other.check()).isEqualTo(StoredFragment.Verdict.RIGHT);
        assertThat(other.remove()).isTrue();
      }
      if (sent.isPresent()) {
        assertThat(line.receive(sent.get().bytes())).isEqualTo(sent.get().wanted());
      }
    }
    try (ChronicleFragmentStore store = open()) {
      assertThat(store.opening()).isEqualTo(new Opening(Opening.Kind.CLEAN, 0, 0));
    }
  }

  /** A crash right after the renewal finds a fill under way, not what was there before. */
  @Test
  void roomRenewed_isThatOfAFillUnderWay() throws Exception {
    Sample first = Sample.of(7, LENGTH);
    Sample second = Sample.of(8, 3 << 20);
    Path copy = directory.resolve("copy");
    try (ChronicleFragmentStore store = open()) {
      StoredFragment stored = first.storeIn(store);
      try (Pin pin = stored.pin().orElseThrow()) {
        assertThat(pin.bytes()).isEqualTo(first.buffer());
        Optional<FileSpan> noticed = pin.sendable();
        assertThat(noticed.map(FileSpan::file))
            .isIn(Optional.empty(), pin.file().map(FileSpan::file));
      }
      stored.remove();
      Fill fill = second.reserveIn(store);
      Files.createDirectories(copy);
      Files.copy(directory.resolve("t.map"), copy.resolve("t.map"));
      fill.abort();
    }
    try (ChronicleFragmentStore store =
        ChronicleFragmentStore.open(copy, "t", GEOMETRY, Long.MAX_VALUE)) {
      assertThat(store.opening()).isEqualTo(new Opening(Opening.Kind.RECOVERED, 0, 1));
    }
  }

  /**
   * On a disk in memory, where there is one with room: such have no way to renew pages, so bytes
   * have to be copied there, and arrive all the same.
   */
  @Test
  void diskInMemory_servesWhatItHolds() throws Exception {
    Path memory = Path.of("/dev/shm");
    boolean hasRoom =
        Files.isWritable(memory)
            && Files.getFileStore(memory).getUsableSpace() > MapFile.SPARE_BYTES + 4L * LENGTH;
    Path at = Files.createTempDirectory(hasRoom ? memory : directory, "tributary-store");
    try (ChronicleFragmentStore store =
            ChronicleFragmentStore.open(at, "t", GEOMETRY, Long.MAX_VALUE);
        Line line = new Line()) {
      Sample first = Sample.of(9, LENGTH);
      StoredFragment stored = first.storeIn(store);
      Optional<Sent> sent = send(line, stored, first);
      assertThat(stored.remove()).isTrue();
      StoredFragment other = Sample.of(10, LENGTH).storeIn(store);
      if (sent.isPresent()) {
        assertThat(line.receive(sent.get().bytes())).isEqualTo(sent.get().wanted());
      }
      assertThat(other.check()).isEqualTo(StoredFragment.Verdict.RIGHT);
      assertThat(at.resolve("t.map.trial")).doesNotExist();
    } finally {
      ChronicleFragmentStore.remove(at, "t");
      Files.delete(at);
    }
  }

  /** Sockets outlive the store: the next one does not know what was sent. */
  @Test
  void roomFilledAnew_afterARestart_doesNotChangeWhatArrives() throws Exception {
    Sample first = Sample.of(3, LENGTH);
    Sample second = Sample.of(4, LENGTH);
    try (Line line = new Line()) {
      Optional<Sent> sent;
      try (ChronicleFragmentStore store = open()) {
        sent = send(line, first.storeIn(store), first);
      }
      try (ChronicleFragmentStore store = open()) {
        store.fragments().forEach(StoredFragment::remove);
        second.storeIn(store);
        if (sent.isPresent()) {
          assertThat(line.receive(sent.get().bytes())).isEqualTo(sent.get().wanted());
        }
      }
      try (ChronicleFragmentStore store = open()) {
        StoredFragment stored = store.fragments().get(0);
        assertThat(stored.check()).isEqualTo(StoredFragment.Verdict.RIGHT);
        assertThat(stored.hash()).isEqualTo(second.hash());
      }
    }
  }

  @Test
  void shortFragments_areNotSentByReference() throws Exception {
    try (ChronicleFragmentStore store = open();
        Pin pin = Sample.of(5, 1 << 20).storeIn(store).pin().orElseThrow()) {
      assertThat(pin.sendable()).isEmpty();
    }
  }
}
