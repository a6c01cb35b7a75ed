package io.tributary.libp2p.security.noise;

import java.util.HexFormat;
import java.util.List;

/**
 * Published handshakes of {@code Noise_XX_25519_ChaChaPoly_SHA256} with an empty prologue, as in
 * vectors.txt of github.com/flynn/noise.
 */
final class NoiseVectors {
  static final byte[] INITIATOR_STATIC =
      hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  static final byte[] RESPONDER_STATIC =
      hex("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");
  static final byte[] INITIATOR_EPHEMERAL =
      hex("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f");
  static final byte[] RESPONDER_EPHEMERAL =
      hex("4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60");

  /** A message: what is said, and what goes over the wire. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Message(byte[] payload, byte[] wire) {}

  static final List<Message> WITHOUT_PAYLOADS =
      List.of(
          message("", "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"),
          message(
              "",
              "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f589"
                  + "11a816d6e8346d4ea17a6f2a0bb4ef4ed56c133cff4560a34e36ea82109f26cf2e5a5caf992b608d55"
                  + "c747f615e5a3425a7a19eefb8f"),
          message(
              "",
              "87f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d97e5ea11b16f3968710b2"
                  + "3a3be3202dc1b5e1ce3c963347491e74f5c0768a9b42"),
          message(
              "79656c6c6f777375626d6172696e65",
              "a52ef02ba60e12696d1d6b9ef4245c88fca757b6134ad6e76b56e310a6adf6"));

  static final List<Message> WITH_PAYLOADS =
      List.of(
          message(
              "746573745f6d73675f30",
              "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254746573745f6d73675f30"),
          message(
              "746573745f6d73675f31",
              "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f589"
                  + "11a816d6e8346d4ea17a6f2a0bb4ef4ed56c133cff4572e7a2ba5123ac30618b3d205f5c2d17f50cbc"
                  + "a216483ac56bcc78e33bf520303278db641e5e731b2e3a"),
          message(
              "746573745f6d73675f32",
              "87f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d9f27e318e43ba630594c4"
                  + "d08eeb3b36d97c7377a2f4f9144b2f0c8095ad92140505b2ab53eff244b14138"),
          message(
              "79656c6c6f777375626d6172696e65",
              "a52ef02ba60e12696d1d6b9ef4245c88fca757b6134ad6e76b56e310a6adf6"));

  private NoiseVectors() {}

  private static Message message(String payload, String wire) {
    return new Message(hex(payload), hex(wire));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
