package io.tributary.origin.deoss;

import io.tributary.content.Fid;

/** The resources under which gateways of different ages serve a whole file. */
public enum DownloadPath {
  /** What DeOSS serves. */
  FILE_DOWNLOAD("/file/download/"),
  /** What gateways ask each other for, and what older ones serve. */
  DOWNLOAD("/download/"),
  /** What DeOSS serves for showing in a browser; the only one that knows ranges. */
  FILE_OPEN("/file/open/");

  private final String prefix;

  DownloadPath(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the resource of a file. */
  public String of(Fid fid) {
    return prefix + fid.toHex();
  }
}
