package io.tributary.nodekit.http;

import java.time.Duration;

/**
 * How much one client, and all of them, may ask of a server, and how long they may take.
 *
 * @param maxConnections open at a time; more are closed at once
 * @param maxConnectionsPerAddress open at a time from one address
 * @param maxStreamsPerConnection requests under way at a time on one HTTP/2 connection
 * @param maxPipelined requests that wait behind the one under way on one HTTP/1.1 connection; then
 *     the connection is not read
 * @param maxTargetChars the longest request target; longer ones are answered 414
 * @param maxHeaderBytes of all header fields of a request; more are answered 431
 * @param maxBodyBytes of a request; more are answered 413
 * @param receiveWithin how long a request may take to arrive, from its first byte to its last, and
 *     a TLS handshake; then 408
 * @param answerWithin how long an answer's next bytes may take to be had from its source; then 504,
 *     or a broken connection when the answer has begun
 * @param stalledFor how long a client may take no byte of an answer; then the connection is closed
 * @param idleFor how long a connection may be without a request; then it is closed
 * @param drainFor how long answers under way may go on when the server closes
 */
public record HttpLimits(
    int maxConnections,
    int maxConnectionsPerAddress,
    int maxStreamsPerConnection,
    int maxPipelined,
    int maxTargetChars,
    int maxHeaderBytes,
    int maxBodyBytes,
    Duration receiveWithin,
    Duration answerWithin,
    Duration stalledFor,
    Duration idleFor,
    Duration drainFor) {

  /** Checks that every number is at least 1. */
  public HttpLimits {
    atLeastOne("maxConnections", maxConnections);
    atLeastOne("maxConnectionsPerAddress", maxConnectionsPerAddress);
    atLeastOne("maxStreamsPerConnection", maxStreamsPerConnection);
    atLeastOne("maxPipelined", maxPipelined);
    atLeastOne("maxTargetChars", maxTargetChars);
    atLeastOne("maxHeaderBytes", maxHeaderBytes);
    atLeastOne("maxBodyBytes", maxBodyBytes);
    atLeastOne("receiveWithin", receiveWithin.toMillis());
    atLeastOne("answerWithin", answerWithin.toMillis());
    atLeastOne("stalledFor", stalledFor.toMillis());
    atLeastOne("idleFor", idleFor.toMillis());
    atLeastOne("drainFor", drainFor.toMillis());
  }

  /** What suits a public server of content. */
  public static HttpLimits publicContent() {
    return new HttpLimits(
        4096,
        512,
        128,
        16,
        8 * 1024,
        16 * 1024,
        64 * 1024,
        Duration.ofSeconds(10),
        Duration.ofMinutes(2),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5));
  }

  /** What suits a listener for one operator's tools. */
  public static HttpLimits admin() {
    return new HttpLimits(
        64,
        64,
        16,
        4,
        2 * 1024,
        8 * 1024,
        1024,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(1));
  }

  /** Returns these limits with other numbers of connections. */
  public HttpLimits withConnections(int atMost, int perAddress) {
    return new HttpLimits(
        atMost,
        perAddress,
        maxStreamsPerConnection,
        maxPipelined,
        maxTargetChars,
        maxHeaderBytes,
        maxBodyBytes,
        receiveWithin,
        answerWithin,
        stalledFor,
        idleFor,
        drainFor);
  }

  /** Returns these limits with other times. */
  public HttpLimits withTimes(
      Duration receive, Duration answer, Duration stalled, Duration idle, Duration drain) {
    return new HttpLimits(
        maxConnections,
        maxConnectionsPerAddress,
        maxStreamsPerConnection,
        maxPipelined,
        maxTargetChars,
        maxHeaderBytes,
        maxBodyBytes,
        receive,
        answer,
        stalled,
        idle,
        drain);
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + " is less than 1");
    }
  }
}
