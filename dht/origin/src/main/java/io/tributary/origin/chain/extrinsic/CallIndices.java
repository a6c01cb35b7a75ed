package io.tributary.origin.chain.extrinsic;

/**
 * The numbers by which a chain's runtime knows the pallet and the calls we use.
 *
 * <p>They belong to a network and come from its profile. The runtime's metadata, which also has
 * them, is not read: it is large, its own format changes, and a wrong number is refused by the
 * chain at once.
 *
 * @param fileBank the pallet FileBank
 * @param uploadDeclaration its call {@code upload_declaration}
 * @param transferReport its call {@code transfer_report}
 * @param deleteFile its call {@code delete_file}
 */
public record CallIndices(int fileBank, int uploadDeclaration, int transferReport, int deleteFile) {
  /** The numbers of CESS's own runtime, as of its specification version 133. */
  public static final CallIndices CESS = new CallIndices(104, 0, 3, 6);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not 0 to 255, or two calls have the same
   */
  public CallIndices {
    for (int index : new int[] {fileBank, uploadDeclaration, transferReport, deleteFile}) {
      if (index < 0 || index > 0xff) {
        throw new IllegalArgumentException("index " + index + " is not 0 to 255");
      }
    }
    if (uploadDeclaration == transferReport
        || uploadDeclaration == deleteFile
        || transferReport == deleteFile) {
      throw new IllegalArgumentException("two calls have the same index");
    }
  }
}
