package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Hash256;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.libp2p.identity.KeyFileException;
import io.tributary.libp2p.identity.KeyType;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.reward.ChainException;
import io.tributary.reward.NodeAttestation;
import io.tributary.reward.SettlementContract;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Registers a node. */
@Command(
    name = "register",
    description = {
      "Register the account's node, or say something new of it.",
      "The node's own key signs whose it is and where it stands; readers ignore nodes without."
    },
    mixinStandardHelpOptions = true)
final class NodeRegisterCommand extends SettlementAction {
  @Option(
      names = "--identity",
      required = true,
      paramLabel = "KEYFILE",
      description = "The key file of the node's libp2p identity, of type Ed25519.")
  private Path identity = Path.of("");

  @Option(
      names = "--region",
      required = true,
      paramLabel = "NAME",
      description = "Where it stands: 1 to 32 characters of a-z, 0-9 and -.")
  private String region = "";

  @Option(
      names = "--stake",
      defaultValue = "0",
      paramLabel = "AMOUNT",
      description = "How many tokens to add to its stake (default: ${DEFAULT-VALUE}).")
  private String stake = "0";

  @Override
  Plan plan(SettlementContract contract, Money money) throws ChainException {
    Amount added = money.read(stake);
    PrivateKey key = key();
    if (key.publicKey().type() != KeyType.ED25519) {
      throw new CommandFailure(
          ExitCode.CONFIG,
          identity + " has a key of type " + key.publicKey().type() + ", no Ed25519");
    }
    return new Plan(
        "Register node "
            + key.publicKey().peerId()
            + " in region "
            + region
            + " for "
            + contract.account()
            + ", and add "
            + money.write(added)
            + " to its stake",
        contract.registerNode(attest(contract, key), added));
  }

  private NodeAttestation attest(SettlementContract contract, PrivateKey key) {
    byte[] encoded = key.publicKey().encode();
    Hash256 peerKey =
        Hash256.of(Arrays.copyOfRange(encoded, encoded.length - Hash256.BYTES, encoded.length));
    try {
      Hash256 digest =
          NodeAttestation.digest(contract.domain(), contract.account(), peerKey, region);
      return NodeAttestation.of(contract.account(), peerKey, region, key.sign(digest.toBytes()));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, e.getMessage() + "", e);
    }
  }

  private PrivateKey key() {
    try {
      return new KeyFile(identity).load();
    } catch (KeyFileException e) {
      throw new CommandFailure(ExitCode.CONFIG, "the key file: " + e.getMessage(), e);
    }
  }
}
