package io.tributary.origin.chain.extrinsic;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.Manifest;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.ExtrinsicHash;
import io.tributary.origin.chain.storage.RecordParts;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleException.Reason;
import io.tributary.origin.scale.ScaleReader;
import io.tributary.origin.scale.ScaleWriter;
import java.math.BigInteger;
import java.util.List;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * Substrate's signed extrinsics, version 4, for the calls of {@link Call}.
 *
 * <pre>{@code
 * extrinsic   length    compact, of all that follows
 *             version   84                       signed, version 4
 *             signer    00 account[32]           MultiAddress::Id
 *             signature 01 sr25519[64]           MultiSignature::Sr25519
 *             extra     00                       era: immortal
 *                       nonce compact, tip compact
 *             call      pallet u8, call u8, arguments
 *
 * message     call extra spec_version u32, transaction_version u32, genesis[32], genesis[32]
 *             its BLAKE2b-256 instead, if it is longer than 256 bytes
 *
 * arguments   upload_declaration  fid[64], Vec<{hash[64], Vec<hash[64]>}>,
 *                                 {user[32], file_name Bytes, territory_name Bytes},
 *                                 file_size u128
 *             transfer_report     index u8 (1 to 12), fid[64]
 *             delete_file         owner[32], fid[64]
 * }</pre>
 *
 * <p>The genesis hash stands twice because an immortal era names the first block as its checkpoint.
 * The chain's other signed extensions take no bytes.
 */
public final class ExtrinsicCodec {
  /** The bytes of the largest extrinsic that is read. */
  public static final int MAX_EXTRINSIC_BYTES = 4 << 20;

  /** The bytes of an sr25519 signature. */
  public static final int SIGNATURE_BYTES = 64;

  private static final int SIGNED_VERSION_4 = 0x84;
  private static final int ADDRESS_ID = 0x00;
  private static final int SIGNATURE_SR25519 = 0x01;
  private static final int ERA_IMMORTAL = 0x00;
  private static final int MAX_PLAIN_MESSAGE_BYTES = 256;
  private static final int MAX_TIP_BITS = 128;
  private static final long MAX_NONCE = 0xffff_ffffL;

  private ExtrinsicCodec() {}

  /**
   * Signs a call.
   *
   * @param nonce the number of calls the signer made before
   * @param tip what to add to the fee, in the smallest unit of the token
   * @return the extrinsic's bytes
   */
  public static byte[] sign(
      Call call,
      CallIndices indices,
      long nonce,
      BigInteger tip,
      SigningContext context,
      Signer signer) {
    byte[] callBytes = encodeCall(call, indices);
    byte[] signature = signer.sign(message(callBytes, nonce, tip, context));
    if (signature.length != SIGNATURE_BYTES) {
      throw new IllegalArgumentException(
          "a signature has " + SIGNATURE_BYTES + " bytes, this has " + signature.length);
    }
    ScaleWriter body =
        new ScaleWriter().u8(SIGNED_VERSION_4).u8(ADDRESS_ID).fixed(signer.account().toBytes());
    body.u8(SIGNATURE_SR25519).fixed(signature);
    writeExtra(body, nonce, tip);
    return new ScaleWriter().bytes(body.fixed(callBytes).toBytes()).toBytes();
  }

  /**
   * Reads a signed extrinsic; the signature is not checked.
   *
   * @throws ScaleException if the bytes are anything else, or the call is none of {@link Call}
   */
  public static SignedExtrinsic decode(byte[] extrinsic, CallIndices indices) {
    ScaleReader outer = ScaleReader.of(extrinsic);
    ScaleReader in = ScaleReader.of(outer.bytes(MAX_EXTRINSIC_BYTES, "an extrinsic"));
    outer.end();
    expect(in, SIGNED_VERSION_4, "a signed extrinsic of version 4");
    expect(in, ADDRESS_ID, "an address that is an account");
    AccountId signer = RecordParts.readAccount(in);
    expect(in, SIGNATURE_SR25519, "an sr25519 signature");
    byte[] signature = in.fixed(SIGNATURE_BYTES, "a signature");
    expect(in, ERA_IMMORTAL, "an immortal era");
    long nonce = in.compact(MAX_NONCE, "a nonce");
    BigInteger tip = readTip(in);
    byte[] callBytes = in.fixed(in.remaining(), "a call");
    return new SignedExtrinsic(
        signer, signature, nonce, tip, decodeCall(callBytes, indices), callBytes);
  }

  /** Returns the name of an extrinsic. */
  public static ExtrinsicHash hash(byte[] extrinsic) {
    return new ExtrinsicHash(Digest.of(blake2b256(extrinsic)));
  }

  /** Returns what is signed for a call. */
  static byte[] message(byte[] call, long nonce, BigInteger tip, SigningContext context) {
    ScaleWriter out = new ScaleWriter().fixed(call);
    writeExtra(out, nonce, tip);
    byte[] genesis = context.genesis().digest().toBytes();
    byte[] message =
        out.u32(context.specVersion())
            .u32(context.transactionVersion())
            .fixed(genesis)
            .fixed(genesis)
            .toBytes();
    return message.length > MAX_PLAIN_MESSAGE_BYTES ? blake2b256(message) : message;
  }

  /** Returns a call's pallet, index and arguments. */
  static byte[] encodeCall(Call call, CallIndices indices) {
    ScaleWriter out = new ScaleWriter().u8(indices.fileBank());
    if (call instanceof Call.UploadDeclaration upload) {
      out.u8(indices.uploadDeclaration());
      RecordParts.writeHash(out, upload.manifest().fid().digest());
      RecordParts.writeSegments(out, upload.manifest().segments());
      RecordParts.writeOwner(out, upload.owner());
      out.u128(upload.manifest().sizeBytes());
    } else if (call instanceof Call.TransferReport report) {
      out.u8(indices.transferReport());
      RecordParts.writeColumnIndex(out, report.column());
      RecordParts.writeHash(out, report.fid().digest());
    } else if (call instanceof Call.DeleteFile delete) {
      out.u8(indices.deleteFile());
      RecordParts.writeAccount(out, delete.owner());
      RecordParts.writeHash(out, delete.fid().digest());
    }
    return out.toBytes();
  }

  private static Call decodeCall(byte[] bytes, CallIndices indices) {
    ScaleReader in = ScaleReader.of(bytes);
    expect(in, indices.fileBank(), "the pallet FileBank");
    int at = in.position();
    int index = in.u8();
    Call call;
    if (index == indices.uploadDeclaration()) {
      call = readUploadDeclaration(in);
    } else if (index == indices.transferReport()) {
      int column = RecordParts.readColumnIndex(in);
      call = new Call.TransferReport(new Fid(RecordParts.readHash(in)), column);
    } else if (index == indices.deleteFile()) {
      AccountId owner = RecordParts.readAccount(in);
      call = new Call.DeleteFile(owner, new Fid(RecordParts.readHash(in)));
    } else {
      throw new ScaleException(Reason.BAD_ENUM, at, "call " + index + " is none of those known");
    }
    in.end();
    return call;
  }

  private static Call readUploadDeclaration(ScaleReader in) {
    Fid fid = new Fid(RecordParts.readHash(in));
    List<Manifest.Segment> segments = RecordParts.readSegments(in);
    Owner owner = RecordParts.readOwner(in);
    long sizeBytes = RecordParts.readFileSize(in);
    return new Call.UploadDeclaration(RecordParts.manifest(in, fid, sizeBytes, segments), owner);
  }

  private static void writeExtra(ScaleWriter out, long nonce, BigInteger tip) {
    if (nonce > MAX_NONCE || tip.bitLength() > MAX_TIP_BITS) {
      throw new IllegalArgumentException("nonce " + nonce + " or tip " + tip + " is too large");
    }
    out.u8(ERA_IMMORTAL).compact(nonce).compact(tip);
  }

  private static BigInteger readTip(ScaleReader in) {
    int at = in.position();
    BigInteger tip = in.compact();
    if (tip.bitLength() > MAX_TIP_BITS) {
      throw new ScaleException(Reason.NUMBER_TOO_LARGE, at, "a tip has at most 128 bits");
    }
    return tip;
  }

  private static void expect(ScaleReader in, int value, String what) {
    int at = in.position();
    int read = in.u8();
    if (read != value) {
      throw new ScaleException(
          Reason.BAD_ENUM, at, what + " is marked " + value + ", this is " + read);
    }
  }

  private static byte[] blake2b256(byte[] input) {
    Blake2bDigest blake2b = new Blake2bDigest(8 * Digest.BYTES);
    blake2b.update(input, 0, input.length);
    byte[] hash = new byte[Digest.BYTES];
    blake2b.doFinal(hash, 0);
    return hash;
  }
}
