package io.tributary.launcher;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the launcher tells before a node speaks for itself. */
final class LauncherLog {
  private static final Logger LOG = LoggerFactory.getLogger("tributary.launcher");

  private LauncherLog() {}

  static void coding(String simd) {
    LOG.info("erasure code: plain engine, SIMD engine {}", simd);
  }
}
