package io.tributary.bench.nat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.bench.nat.NatLab.PublicHost;
import io.tributary.bench.nat.NatLab.Site;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A laboratory with its four hosts running. */
public final class LabRun implements AutoCloseable {

  private final NatLab lab;
  private final List<LabProcess> processes = new ArrayList<>();
  private final LabProcess home;
  private final LabProcess visitor;
  private final LabProcess relay;
  private final JsonNode one;
  private final JsonNode two;

  private LabRun(NatLab lab) throws IOException {
    this.lab = lab;
    try {
      // All at once, since starting is most of it.
      LabProcess first = start(lab.at(PublicHost.ONE, publicNode(PublicHost.ONE)));
      LabProcess second = start(lab.at(PublicHost.TWO, publicNode(PublicHost.TWO)));
      relay = first;
      home = start(lab.at(Site.A, LabProcess.command("site")));
      visitor = start(lab.at(Site.B, LabProcess.command("site")));
      one = first.answer();
      two = second.answer();
      home.answer();
      visitor.answer();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Builds the laboratory and starts the hosts. */
  public static LabRun start() throws IOException {
    return new LabRun(NatLab.build());
  }

  private static List<String> publicNode(PublicHost host) {
    return LabProcess.command("public", host.address());
  }

  private LabProcess start(List<String> command) throws IOException {
    LabProcess process = LabProcess.start(command);
    processes.add(process);
    return process;
  }

  /** Puts the sites behind NATs of these kinds. */
  public void translate(NatKind homeKind, NatKind visitorKind) throws IOException {
    lab.translate(Site.A, homeKind);
    lab.translate(Site.B, visitorKind);
  }

  /**
   * Has the visitor connect to the home once, both behind the NATs there are.
   *
   * @param homeKind for the record, as is the other
   * @param transport {@code tcp} or {@code quic}
   */
  public Meeting meet(NatKind homeKind, NatKind visitorKind, String transport) throws IOException {
    lab.forget(Site.A, homeKind);
    lab.forget(Site.B, visitorKind);
    try {
      JsonNode begun = begin(home, transport);
      begin(visitor, transport);
      JsonNode lent = visitor.ask("visit", begun.get("address").asText());
      JsonNode report = home.ask("report");
      String result = report.get("result").asText();
      boolean met = result.equals("PUNCHED") || result.equals("DIALLED");
      double directMillis = -1;
      boolean echo = false;
      if (met) {
        JsonNode direct = visitor.ask("direct");
        directMillis = direct.get("directMillis").asDouble();
        echo = direct.get("echo").asBoolean();
      }
      return new Meeting(
          homeKind,
          visitorKind,
          transport,
          NatKind.canMeet(homeKind, visitorKind),
          result,
          met && echo,
          report.get("attempts").asInt(),
          lent.get("lentMillis").asDouble(),
          directMillis,
          begun.get("mapping").asText());
    } finally {
      home.ask("end");
      visitor.ask("end");
    }
  }

  private JsonNode begin(LabProcess site, String transport) throws IOException {
    return site.ask("begin", transport, one.get(transport).asText(), two.get(transport).asText());
  }

  /**
   * Has the visitor buy a fragment from the home once, both behind the NATs there are.
   *
   * @param patience how long the fetch may take, in whole seconds
   */
  public Trade trade(String transport, Duration patience) throws IOException {
    try {
      long before = relay.ask("usage").get("relayedBytes").asLong();
      JsonNode begun = begin(home, transport);
      JsonNode payee = home.ask("sell");
      begin(visitor, transport);
      JsonNode bought =
          visitor.ask(
              "buy",
              begun.get("address").asText(),
              payee.get("payee").asText(),
              Long.toString(patience.toSeconds()));
      long bytes = bought.get("bytes").asLong();
      return new Trade(
          bought.get("held").asBoolean(),
          bought.get("end").asText(),
          bytes,
          home.ask("earned", Long.toString(bytes)).get("bytes").asLong(),
          relay.ask("usage").get("relayedBytes").asLong() - before);
    } finally {
      home.ask("end");
      visitor.ask("end");
    }
  }

  /** What AutoNAT finds of the home's host behind the NAT there is: PUBLIC or PRIVATE. */
  public String standing(String transport) throws IOException {
    try {
      begin(home, transport);
      return home.ask("standing").get("standing").asText();
    } finally {
      home.ask("end");
    }
  }

  @Override
  public void close() throws IOException {
    try {
      for (LabProcess each : processes) {
        each.close();
      }
    } finally {
      lab.close();
    }
  }
}
