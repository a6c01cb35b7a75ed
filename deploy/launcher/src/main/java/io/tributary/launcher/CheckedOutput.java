package io.tributary.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** A print stream whose failures are told: a full disk, or a reader that has gone. */
final class CheckedOutput extends OutputStream {
  private final PrintStream out;

  CheckedOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public void write(int one) throws IOException {
    out.write(one);
    check();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    check();
  }

  @Override
  public void flush() throws IOException {
    check();
  }

  /** Flushes it, too. */
  private void check() throws IOException {
    if (out.checkError()) {
      throw new IOException("standard output takes no more");
    }
  }
}
