package io.tributary.origin.dev.miner;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Any form posted to a miner ends in an answer and leaves no file behind. */
class FragmentUploadFuzzTest {
  @FuzzTest
  void anyForm_isAnswered_andCleanedUp(FuzzedDataProvider data) throws IOException {
    Path directory = Files.createTempDirectory("uploads");
    try {
      DefaultHttpRequest request =
          new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.PUT, "/fragment");
      String boundary = data.consumeBoolean() ? "b" : data.consumeAsciiString(30);
      request
          .headers()
          .set(
              HttpHeaderNames.CONTENT_TYPE,
              "multipart/form-data; boundary=" + boundary.replaceAll("[^ -~]", "x"));
      Receiver receiver =
          FragmentUpload.begin(
              request,
              directory,
              Optional.empty(),
              received -> Answer.Message.of(Envelope.OK, "kept"));
      while (data.remainingBytes() > 0) {
        byte[] piece = data.consumeBytes(data.consumeInt(1, 500));
        receiver.offer(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
      }
      receiver.offer(LastHttpContent.EMPTY_LAST_CONTENT);
      assertThat(receiver.finish())
          .isInstanceOfSatisfying(
              Answer.Message.class,
              message -> assertThat(message.envelope().code()).isEqualTo(Envelope.BAD_REQUEST));
      receiver.close();
      try (Stream<Path> left = Files.list(directory)) {
        assertThat(left).isEmpty();
      }
    } finally {
      try (Stream<Path> left = Files.list(directory)) {
        left.forEach(path -> path.toFile().delete());
      }
      Files.delete(directory);
    }
  }
}
