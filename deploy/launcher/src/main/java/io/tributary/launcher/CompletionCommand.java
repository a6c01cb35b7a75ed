package io.tributary.launcher;

import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script by which a shell completes the command. */
@Command(
    name = "completion",
    description = {
      "Print a completion script.",
      "  bash: source <(tributary completion bash)",
      "  zsh:  source <(tributary completion zsh)"
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** A shell that completes by a script. */
  private enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "SHELL",
      defaultValue = "bash",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Shell shell = Shell.BASH;

  @Override
  public void run() {
    String script = AutoComplete.bash("tributary", spec.root().commandLine());
    // Zsh runs functions of bash once it was told to; the script itself only does so when sourced
    // interactively.
    String before =
        shell == Shell.ZSH
            ? "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
            : "";
    spec.commandLine().getOut().print(before + script);
    spec.commandLine().getOut().flush();
  }
}
