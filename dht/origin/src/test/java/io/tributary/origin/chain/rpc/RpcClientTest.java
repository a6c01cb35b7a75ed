package io.tributary.origin.chain.rpc;

import static io.tributary.origin.chain.rpc.ClientFixture.await;
import static io.tributary.origin.chain.rpc.ClientFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Fault;
import io.tributary.origin.chain.ChainException.Reason;
import io.tributary.origin.chain.RpcEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One behaviour over two transports, against real servers. */
class RpcClientTest {
  private static final RpcLimits QUICK = RpcLimits.DEFAULT.withCallTimeout(Duration.ofMillis(300));

  /** Enough for an answer on a busy machine. */
  private static final RpcLimits ROOMY = RpcLimits.DEFAULT.withCallTimeout(Duration.ofSeconds(2));

  /** Every case; both transports must pass them all. */
  abstract static class Contract {
    final ClientFixture fixture = new ClientFixture();

    abstract LoopbackNode open();

    abstract String scheme();

    LoopbackNode node() {
      return fixture.node(open());
    }

    static Reply echo(JsonNode request) {
      return Reply.result(request, request.get("params").toString());
    }

    static CompletableFuture<String> ask(RpcClient client, String word) {
      return client.run(
          "ask " + word,
          session ->
              session.call("echo", word).thenApply(answer -> answer.elements(1).get(0).text()));
    }

    @AfterEach
    void close() throws Exception {
      fixture.close();
    }

    @Test
    void call_isAnswered() {
      RpcClient client = fixture.client(RpcLimits.DEFAULT, node().answering(Contract::echo));
      assertThat(await(ask(client, "hello"))).isEqualTo("hello");
      assertThat(client.bufferedBytes()).isZero();
    }

    @Test
    void request_isJsonRpc2() {
      LoopbackNode node = node().answering(Contract::echo);
      RpcClient client = fixture.client(RpcLimits.DEFAULT, node);
      await(
          client.run(
              "ask", session -> session.call("m", "a\"ü", 7, List.of("x", "y"), Optional.empty())));
      assertThat(node.requests())
          .extracting(JsonNode::toString)
          .containsExactly(
              "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"m\","
                  + "\"params\":[\"a\\\"ü\",7,[\"x\",\"y\"],null]}");
    }

    @Test
    void calls_manyAtOnce_eachGetTheirOwnAnswer() {
      RpcClient client = fixture.client(RpcLimits.DEFAULT, node().answering(Contract::echo));
      List<CompletableFuture<String>> answers =
          IntStream.range(0, 100).mapToObj(i -> ask(client, "word " + i)).toList();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(await(answers.get(i))).isEqualTo("word " + i);
      }
    }

    @Test
    void answer_ofMegabytes_isRead() {
      String large = "f".repeat(20 << 20);
      LoopbackNode node = node().answering(request -> Reply.result(request, "[\"" + large + "\"]"));
      RpcClient client = fixture.client(RpcLimits.DEFAULT, node);
      assertThat(await(ask(client, "much"))).hasSize(20 << 20);
      assertThat(client.bufferedBytes()).isZero();
    }

    @Test
    void answer_aboveTheLimit_isRefusedAndFreed() {
      RpcClient client =
          fixture.client(
              RpcLimits.DEFAULT.withMaxResponseBytes(100_000),
              node().answering(request -> new Reply.Endless()));
      ChainException failure = failure(ask(client, "for ever"));
      assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE);
      assertThat(failure).hasMessageContaining("maxResponseBytes, which is 100000");
      assertThat(client.bufferedBytes()).isZero();
    }

    @Test
    void node_thatIsSilent_failsInTime() {
      RpcClient client = fixture.client(QUICK, node().answering(request -> new Reply.Stall()));
      ChainException failure = failure(ask(client, "anybody"));
      assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
      assertThat(failure.reason().retryable()).isTrue();
      assertThat(failure.reason().fault()).isEqualTo(Fault.ORIGIN);
    }

    @Test
    void node_thatDripsItsAnswer_failsInTimeAndIsAskedAnew() {
      LoopbackNode node = node().answering(request -> new Reply.Drip());
      RpcClient client = fixture.client(QUICK, node);
      assertThat(failure(ask(client, "briefly")).reason()).isEqualTo(Reason.TIMEOUT);
      await().until(() -> client.bufferedBytes() == 0);

      node.answering(Contract::echo);
      assertThat(await(ask(client, "again"))).isEqualTo("again");
    }

    @Test
    void node_thatHangsUp_isUnreachable() {
      RpcClient client =
          fixture.client(RpcLimits.DEFAULT, node().answering(request -> new Reply.HangUp()));
      assertThat(failure(ask(client, "stay")).reason()).isEqualTo(Reason.UNREACHABLE);
    }

    @Test
    void node_thatIsNotThere_isNamedWithWhatToDo() {
      RpcEndpoint nobody = ClientFixture.nobody(scheme());
      ChainException failure = failure(ask(fixture.client(RpcLimits.DEFAULT, nobody), "anybody"));
      assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
      assertThat(failure.tried()).containsExactly(nobody);
      assertThat(failure.asked()).isEqualTo("ask anybody");
      assertThat(failure)
          .hasMessageStartingWith("ask anybody: UNREACHABLE (")
          .hasMessageContaining("; tried " + nobody + "; check that the node runs");
    }

    @Test
    void garbage_isAMalformedResponse() {
      List<String> garbage =
          List.of(
              "<html>It works!</html>",
              "[]",
              "{}",
              "{\"jsonrpc\":\"2.0\",\"id\":0}",
              "{\"jsonrpc\":\"1.0\",\"id\":0,\"result\":[\"x\"]}",
              "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":[\"x\"]} {}",
              "{\"jsonrpc\":\"2.0\",\"id\":\"0\",\"result\":[\"x\"]}",
              "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":[\"x\"],\"error\":{\"code\":1}}",
              "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":\"one\"}}",
              "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":[\"x\"",
              "[".repeat(100_000));
      for (String text : garbage) {
        RpcClient client =
            fixture.client(RpcLimits.DEFAULT, node().answering(request -> new Reply.Raw(text)));
        assertThat(failure(ask(client, "sense")).reason())
            .describedAs(text)
            .isEqualTo(Reason.MALFORMED_RESPONSE);
      }
    }

    @Test
    void answer_ofMoreTokensThanAllowed_isRefused() {
      LoopbackNode node =
          node().answering(request -> Reply.result(request, "[" + "0,".repeat(60_000) + "0]"));
      RpcClient client = fixture.client(RpcLimits.DEFAULT, node);
      assertThat(failure(ask(client, "much")).reason()).isEqualTo(Reason.MALFORMED_RESPONSE);
    }

    @Test
    void error_ofTheNode_isQuotedWithoutControlCharacters() {
      LoopbackNode node =
          node()
              .answering(
                  request -> Reply.error(request, -32000, "no\\n\\u001b[31m", "x".repeat(9999)));
      ChainException failure = failure(ask(fixture.client(RpcLimits.DEFAULT, node), "it"));
      assertThat(failure.reason()).isEqualTo(Reason.RPC_ERROR);
      assertThat(failure.rpcCode()).hasValue(-32000);
      assertThat(failure.detail())
          .startsWith("error -32000: echo: no  [31m: xxx")
          .hasSizeLessThan(400);
      assertThat(fixture.events()).containsExactly(node.endpoint() + " RPC_ERROR 0 s");
    }

    @Test
    void endpoint_thatFails_isReplacedByTheNextAndRests() {
      LoopbackNode broken = node().answering(request -> new Reply.Raw("nonsense"));
      LoopbackNode sound = node().answering(Contract::echo);
      RpcClient client = fixture.client(RpcLimits.DEFAULT, broken, sound);

      assertThat(await(ask(client, "one"))).isEqualTo("one");
      assertThat(await(ask(client, "two"))).isEqualTo("two");

      assertThat(broken.requests()).hasSize(1);
      assertThat(sound.requests()).hasSize(2);
      assertThat(fixture.events()).containsExactly(broken.endpoint() + " MALFORMED_RESPONSE 10 s");
    }

    @Test
    void endpoint_thatAnswers_keepsBeingAskedAfterTheOtherHasRested() {
      LoopbackNode first = node().answering(request -> new Reply.HangUp());
      LoopbackNode second = node().answering(Contract::echo);
      RpcClient client = fixture.client(RpcLimits.DEFAULT, first, second);
      await(ask(client, "one"));
      first.answering(Contract::echo);
      fixture.pass(Duration.ofMinutes(1));

      await(ask(client, "two"));
      assertThat(first.requests()).hasSize(1);

      second.answering(request -> new Reply.HangUp());
      assertThat(await(ask(client, "three"))).isEqualTo("three");
      assertThat(first.requests()).hasSize(2);
    }

    @Test
    void endpoints_thatAllFail_areAllNamedAndTriedAgain() {
      LoopbackNode one = node().answering(request -> new Reply.HangUp());
      LoopbackNode two = node().answering(request -> new Reply.Raw("nonsense"));
      RpcClient client = fixture.client(RpcLimits.DEFAULT, one, two);

      ChainException failure = failure(ask(client, "anybody"));
      assertThat(failure.tried()).containsExactly(one.endpoint(), two.endpoint());
      assertThat(failure.reason()).isEqualTo(Reason.MALFORMED_RESPONSE);
      assertThat(failure.getSuppressed())
          .singleElement()
          .isInstanceOfSatisfying(
              ChainException.class,
              earlier -> assertThat(earlier.reason()).isEqualTo(Reason.UNREACHABLE));

      one.answering(Contract::echo);
      assertThat(await(ask(client, "again"))).isEqualTo("again");
    }

    @Test
    void operation_isRunFromItsStartOnTheNextEndpoint() {
      LoopbackNode forgetful =
          node()
              .answering(
                  request ->
                      request.get("method").asText().equals("first")
                          ? Reply.result(request, "1")
                          : Reply.error(request, 4003, "unknown block", ""));
      LoopbackNode sound = node().answering(request -> Reply.result(request, "2"));
      RpcClient client = fixture.client(RpcLimits.DEFAULT, forgetful, sound);

      long sum =
          await(
              client.run(
                  "add",
                  session ->
                      session
                          .call("first")
                          .thenCombine(
                              session.call("second"), (a, b) -> a.integer(9) + b.integer(9))));
      assertThat(sum).isEqualTo(4);
      assertThat(sound.requests())
          .extracting(request -> request.get("method").asText())
          .containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void calls_aboveTheLimit_areRefusedAtOnce() {
      LoopbackNode node = node().answering(request -> new Reply.Stall());
      RpcClient client = fixture.client(RpcLimits.DEFAULT.withMaxInFlight(2), node);
      CompletableFuture<String> one = ask(client, "one");
      CompletableFuture<String> two = ask(client, "two");

      ChainException failure = failure(ask(client, "three"));
      assertThat(failure.reason()).isEqualTo(Reason.OVERLOADED);
      assertThat(failure.reason().fault()).isEqualTo(Fault.SELF);
      assertThat(one).isNotDone();
      assertThat(two).isNotDone();
    }

    @Test
    void calls_finished_leaveRoomForOthers() {
      RpcClient client =
          fixture.client(
              ROOMY.withMaxInFlight(1),
              node()
                  .answering(
                      request ->
                          request.get("params").get(0).asText().equals("stall")
                              ? new Reply.Stall()
                              : echo(request)));
      failure(ask(client, "stall"));
      assertThat(await(ask(client, "one"))).isEqualTo("one");
      assertThat(await(ask(client, "two"))).isEqualTo("two");
    }

    @Test
    void close_failsWhatIsOpenAndWhatComesLater() {
      LoopbackNode node = node().answering(request -> new Reply.Stall());
      RpcClient client = fixture.client(RpcLimits.DEFAULT, node);
      CompletableFuture<String> open = ask(client, "one");
      await().until(() -> node.requests().size() == 1);

      client.close();

      assertThat(failure(open).reason()).isEqualTo(Reason.CLOSED);
      assertThat(failure(ask(client, "two")).reason()).isEqualTo(Reason.CLOSED);
      assertThat(fixture.events()).isEmpty();
    }

    @Test
    void defect_ofTheOperation_isNotBlamedOnTheNode() {
      RpcClient client = fixture.client(RpcLimits.DEFAULT, node().answering(Contract::echo));
      CompletableFuture<String> result =
          client.run(
              "break",
              session ->
                  session
                      .call("echo", "x")
                      .thenApply(
                          answer -> {
                            throw new IllegalStateException("a defect");
                          }));
      assertThat(result)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withCauseInstanceOf(IllegalStateException.class);
      assertThat(fixture.events()).isEmpty();
    }
  }

  @Nested
  class OverHttp extends Contract {
    @Override
    LoopbackNode open() {
      return LoopbackNode.http();
    }

    @Override
    String scheme() {
      return "http";
    }

    @Test
    void status_otherThan200_isNamed() {
      for (int status : new int[] {204, 301, 401, 429, 503}) {
        RpcClient client =
            fixture.client(RpcLimits.DEFAULT, node().answering(request -> new Reply.Odd(status)));
        ChainException failure = failure(ask(client, "it"));
        assertThat(failure.reason()).isEqualTo(Reason.HTTP_STATUS);
        assertThat(failure.detail()).isEqualTo("status " + status);
      }
    }

    @Test
    void answer_toAnotherCall_isRefused() {
      RpcClient client =
          fixture.client(
              RpcLimits.DEFAULT,
              node()
                  .answering(
                      request ->
                          new Reply.Raw("{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":[\"x\"]}")));
      assertThat(failure(ask(client, "it")).detail()).contains("the id of another call");
    }

    @Test
    void notification_insteadOfAnAnswer_isRefused() {
      RpcClient client =
          fixture.client(
              RpcLimits.DEFAULT,
              node()
                  .answering(
                      request ->
                          new Reply.Raw(
                              "{\"jsonrpc\":\"2.0\",\"method\":\"news\",\"params\":[]}")));
      assertThat(failure(ask(client, "it")).reason()).isEqualTo(Reason.MALFORMED_RESPONSE);
    }
  }

  @Nested
  class OverWebSocket extends Contract {
    @Override
    LoopbackNode open() {
      return LoopbackNode.webSocket();
    }

    @Override
    String scheme() {
      return "ws";
    }

    @Test
    void message_inBinary_isRefused() {
      RpcClient client =
          fixture.client(RpcLimits.DEFAULT, node().answering(request -> new Reply.Odd(0)));
      assertThat(failure(ask(client, "it")).detail()).isEqualTo("a binary message");
    }

    @Test
    void server_thatSpeaksNoWebSocket_isNamedWithItsStatus() {
      LoopbackNode http =
          fixture.node(LoopbackNode.http()).answering(request -> new Reply.Odd(403));
      RpcEndpoint endpoint =
          RpcEndpoint.parse("ws" + http.endpoint().uri().toString().substring("http".length()));
      ChainException failure = failure(ask(fixture.client(RpcLimits.DEFAULT, endpoint), "it"));
      assertThat(failure.reason()).isEqualTo(Reason.HTTP_STATUS);
      assertThat(failure.detail()).isEqualTo("status 403");
    }

    @Test
    void calls_shareOneConnection() {
      LoopbackWebSocketNode node = fixture.node(new LoopbackWebSocketNode());
      node.answering(Contract::echo);
      RpcClient client = fixture.client(RpcLimits.DEFAULT, node);
      List<CompletableFuture<String>> answers =
          IntStream.range(0, 20).mapToObj(i -> ask(client, "word " + i)).toList();
      answers.forEach(ClientFixture::await);
      assertThat(node.connections()).isEqualTo(1);
    }

    @Test
    void connection_thatBreaks_isOpenedAgainByTheNextCall() {
      LoopbackNode node = node().answering(Contract::echo);
      RpcClient client = fixture.client(RpcLimits.DEFAULT, node);
      await(ask(client, "one"));
      node.answering(request -> new Reply.Stall());
      CompletableFuture<String> lost = ask(client, "two");
      await().until(() -> node.requests().size() == 2);

      node.hangUpAll();

      assertThat(failure(lost).reason()).isEqualTo(Reason.UNREACHABLE);
      node.answering(Contract::echo);
      assertThat(await(ask(client, "three"))).isEqualTo("three");
    }

    @Test
    void connection_thatIsSilent_isGivenUp() {
      LoopbackWebSocketNode node = fixture.node(new LoopbackWebSocketNode());
      node.answering(request -> new Reply.Stall());
      RpcClient client = fixture.client(QUICK, node);
      failure(ask(client, "one"));
      await().until(() -> node.connections() == 0);

      node.answering(Contract::echo);
      assertThat(await(ask(client, "two"))).isEqualTo("two");
    }

    @Test
    void connection_onWhichOthersAreAnswered_outlivesALateCall() {
      LoopbackWebSocketNode node = fixture.node(new LoopbackWebSocketNode());
      CompletableFuture<JsonNode> late = new CompletableFuture<>();
      node.answering(
          request -> {
            if (request.get("params").get(0).asText().equals("late")) {
              late.complete(request);
              return new Reply.Stall();
            }
            return echo(request);
          });
      RpcClient client = fixture.client(QUICK, node);
      CompletableFuture<String> call = ask(client, "late");
      await(late);
      await(ask(client, "one"));

      assertThat(failure(call).reason()).isEqualTo(Reason.TIMEOUT);
      // The answer that comes too late, and news nobody asked for, are dropped.
      node.answering(
          request -> {
            node.say("{\"jsonrpc\":\"2.0\",\"method\":\"news\",\"params\":[]}");
            node.say(((Reply.Raw) echo(late.join())).text());
            return echo(request);
          });
      assertThat(await(ask(client, "two"))).isEqualTo("two");
      assertThat(node.connections()).isEqualTo(1);
    }

    @Test
    void error_withoutAnId_failsTheCallsOfTheConnection() {
      RpcClient client =
          fixture.client(
              RpcLimits.DEFAULT,
              node()
                  .answering(
                      request ->
                          new Reply.Raw(
                              "{\"jsonrpc\":\"2.0\",\"id\":null,"
                                  + "\"error\":{\"code\":-32700,\"message\":\"parse error\"}}")));
      assertThat(failure(ask(client, "it")).detail()).contains("parse error");
    }
  }
}
