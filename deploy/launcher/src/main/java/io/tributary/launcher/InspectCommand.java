package io.tributary.launcher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tributary.content.FidRule;
import io.tributary.content.FragmentHash;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentSink;
import io.tributary.content.Segmenter;
import io.tributary.content.SegmentingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the names and hashes a file has on CESS. */
@Command(
    name = "inspect",
    description = {
      "Print the names and hashes a file has on CESS.",
      "The file is read once, in constant memory, and nothing is sent anywhere."
    },
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "The file; - reads standard input.")
  private Path file = Path.of("-");

  @Option(names = "--json", description = "Print JSON, with the hash of every fragment.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (CoderThreads threads = new CoderThreads()) {
      Manifest manifest = read(threads.segmenter());
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        printJson(manifest, out);
      } else {
        print(manifest, out);
      }
      out.flush();
      return ExitCode.OK.code();
    } catch (SegmentingException e) {
      throw new CommandFailure(ExitCode.USAGE, file + ": " + e.getMessage(), e);
    }
  }

  private Manifest read(Segmenter segmenter) throws IOException {
    if (file.equals(Path.of("-"))) {
      return segmenter.segment(System.in, OptionalLong.empty(), SegmentSink.NONE);
    }
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      return segmenter.segment(in, OptionalLong.of(Files.size(file)), SegmentSink.NONE);
    }
  }

  private void print(Manifest manifest, PrintWriter out) {
    out.println("file        " + file);
    out.println("size        " + manifest.sizeBytes() + " bytes");
    out.println("segments    " + manifest.segments().size());
    out.println("fid merkle  " + FidRule.MERKLE.fid(manifest.segmentHashes()) + "  (DeOSS)");
    out.println("fid flat    " + FidRule.FLAT.fid(manifest.segmentHashes()) + "  (CD2N)");
  }

  private static void printJson(Manifest manifest, PrintWriter out) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeNumberField("size", manifest.sizeBytes());
      json.writeObjectFieldStart("fid");
      json.writeStringField("merkle", FidRule.MERKLE.fid(manifest.segmentHashes()).toHex());
      json.writeStringField("flat", FidRule.FLAT.fid(manifest.segmentHashes()).toHex());
      json.writeEndObject();
      json.writeArrayFieldStart("segments");
      for (Manifest.Segment segment : manifest.segments()) {
        json.writeStartObject();
        json.writeStringField("hash", segment.hash().toHex());
        json.writeArrayFieldStart("fragments");
        for (FragmentHash fragment : segment.fragments()) {
          json.writeString(fragment.toHex());
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    out.println();
  }
}
