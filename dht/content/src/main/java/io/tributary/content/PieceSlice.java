package io.tributary.content;

/**
 * A stretch of bytes of one piece of an encrypted file, and the stored bytes it is read from.
 *
 * @param piece the piece, from 0
 * @param offset the first byte, counted within the piece's plain bytes
 * @param length how many plain bytes
 * @param fileOffset the position of the first byte in the plain file
 * @param storedOffset where the piece starts in the stored bytes
 * @param storedLength how many stored bytes the piece has, all of which are needed to open it
 */
public record PieceSlice(
    int piece, int offset, int length, long fileOffset, long storedOffset, int storedLength) {}
