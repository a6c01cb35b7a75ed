package io.tributary.launcher;

import io.tributary.reward.ChainException;
import io.tributary.reward.Movement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what moved an account's money. */
@Command(
    name = "history",
    description = "List what moved an account's money in the contract, oldest first.",
    mixinStandardHelpOptions = true)
final class RewardsHistoryCommand extends SettlementQuery {
  @Option(
      names = "--from-block",
      paramLabel = "N",
      description = "Begin there; default: where the profile says the contract was made.")
  private Optional<Long> from = Optional.empty();

  @Override
  Answer answer(Question question) throws ChainException {
    List<Movement> movements =
        question
            .contract()
            .movements(
                question.account(),
                from.orElse(question.fromBlock()),
                question.contract().chain().newestBlock());
    return new Answer(
        movements.stream().map(RewardsHistoryCommand::fields).toList(),
        movements.stream().map(each -> line(each, question.money())).toList());
  }

  private static String line(Movement movement, Money money) {
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%10d  ", movement.block()));
    line.append(
        String.format(
            Locale.ROOT,
            "%-16s  ",
            movement.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    line.append(money.write(movement.amount()));
    if (!movement.fee().isZero()) {
      line.append(", fee ").append(money.write(movement.fee()));
    }
    movement.other().ifPresent(each -> line.append("  ").append(each));
    movement.lane().ifPresent(each -> line.append("  lane ").append(Long.toUnsignedString(each)));
    return line.append("  ").append(movement.transaction()).toString();
  }

  private static Map<String, Object> fields(Movement movement) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("block", movement.block());
    fields.put("transaction", movement.transaction().toString());
    fields.put("kind", movement.kind().name());
    fields.put("amount", movement.amount().toString());
    fields.put("fee", movement.fee().toString());
    movement.other().ifPresent(each -> fields.put("other", each.toString()));
    movement.lane().ifPresent(each -> fields.put("lane", Long.toUnsignedString(each)));
    return fields;
  }
}
