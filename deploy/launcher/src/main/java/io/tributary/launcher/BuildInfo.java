package io.tributary.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which Tributary this is, and on what it runs. */
final class BuildInfo implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "Tributary " + version(),
      "Java " + Runtime.version() + " (" + System.getProperty("java.vm.vendor") + ")",
      System.getProperty("os.name")
          + " "
          + System.getProperty("os.version")
          + " "
          + System.getProperty("os.arch")
    };
  }

  /** The version and, of a checkout, the commit, for whoever reads figures later. */
  static String versionAndCommit() {
    String commit = System.getenv("TRIBUTARY_COMMIT");
    return commit == null || commit.isBlank() ? version() : version() + " at " + commit;
  }

  static String version() {
    Properties build = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build.getProperty("version", "unknown");
  }
}
