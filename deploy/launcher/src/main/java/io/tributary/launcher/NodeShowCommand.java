package io.tributary.launcher;

import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.reward.ChainException;
import io.tributary.reward.NodeAttestation;
import io.tributary.reward.NodeEntry;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Shows a registered node. */
@Command(
    name = "show",
    description = "Show the node of an account, and whether its own key says so.",
    mixinStandardHelpOptions = true)
final class NodeShowCommand extends SettlementQuery {
  /** What begins the encoded form of an Ed25519 key: its type, and the length of the rest. */
  private static final byte[] ED25519 = {0x08, 0x01, 0x12, 0x20};

  @Override
  Answer answer(Question question) throws ChainException {
    NodeEntry node =
        question
            .contract()
            .node(question.account())
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.NOT_FOUND, question.account() + " has no registered node"));
    Optional<PublicKey> key = key(node.attestation());
    boolean isAttested =
        key.map(each -> verifies(question, each, node.attestation())).orElse(false);
    String peerId = key.map(each -> each.peerId().toString()).orElse("no key");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("operator", question.account().toString());
    json.put("peerId", peerId);
    json.put("region", node.attestation().region());
    json.put("attested", isAttested);
    json.put("stake", node.stake().toString());
    node.exitsAt().ifPresent(time -> json.put("exitsAt", time.toString()));
    return new Answer(
        json,
        List.of(
            line("operator", question.account().toString()),
            line("peer", peerId),
            line("region", node.attestation().region()),
            line("attested", isAttested ? "yes, by the peer's own key" : "NO: readers ignore it"),
            line("stake", question.money().write(node.stake())),
            line("leaves", node.exitsAt().map(Object::toString).orElse("no"))));
  }

  private static Optional<PublicKey> key(NodeAttestation attestation) {
    byte[] encoded =
        ByteBuffer.allocate(ED25519.length + 32)
            .put(ED25519)
            .put(attestation.peerKey().toBytes())
            .array();
    try {
      return Optional.of(PublicKey.decode(encoded));
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }

  private static boolean verifies(Question question, PublicKey key, NodeAttestation attestation) {
    try {
      byte[] digest =
          NodeAttestation.digest(
                  question.contract().domain(),
                  attestation.operator(),
                  attestation.peerKey(),
                  attestation.region())
              .toBytes();
      return key.verify(digest, attestation.signature());
    } catch (IllegalArgumentException e) {
      return false; // the region is none
    }
  }
}
