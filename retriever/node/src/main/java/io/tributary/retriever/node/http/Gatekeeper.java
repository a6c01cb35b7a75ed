package io.tributary.retriever.node.http;

import io.netty.util.NetUtil;
import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.nodekit.http.HttpProblem;
import io.tributary.nodekit.http.Request;
import io.tributary.retriever.engine.FileView;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.AddressBlock;
import io.tributary.retriever.node.access.ClientBudgets;
import io.tributary.retriever.node.access.ClientBudgets.Admission;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Turns away who may not, or may not now. Thread-safe. */
final class Gatekeeper {
  private final AccessLists lists;
  private final ClientBudgets budgets;
  private final List<AddressBlock> proxies;

  Gatekeeper(AccessLists lists, ClientBudgets budgets, List<AddressBlock> proxies) {
    this.lists = lists;
    this.budgets = budgets;
    this.proxies = proxies;
  }

  /** Lets a request for a file in; the lease is to be closed when it has ended. */
  ClientBudgets.Lease admit(Request request, Fid fid) {
    InetAddress client = client(request);
    lists.judge(client, fid).ifPresent(Gatekeeper::refuse);
    return admit(client);
  }

  /** Lets a request in that is for no file. */
  ClientBudgets.Lease admit(Request request) {
    InetAddress client = client(request);
    lists.judge(client).ifPresent(Gatekeeper::refuse);
    return admit(client);
  }

  /**
   * Lets a request for a file in, or nothing happens: who asks again by {@link #admit} is told why.
   *
   * @param client the connection's other end, for which nobody else has asked
   */
  Optional<ClientBudgets.Lease> tryAdmit(InetAddress client, FileView file) {
    List<AccountId> owners = owners(file);
    return lists.judge(client, file.fid()).isEmpty()
            && lists.judge(owners).isEmpty()
            && budgets.admit(client) instanceof Admission.Granted granted
        ? Optional.of(granted.lease())
        : Optional.empty();
  }

  /** Judges a file by its owners. */
  void check(FileView file) {
    lists.judge(owners(file)).ifPresent(Gatekeeper::refuse);
  }

  private static List<AccountId> owners(FileView file) {
    return file.owners().stream().map(FileRecord.Owner::account).toList();
  }

  private ClientBudgets.Lease admit(InetAddress client) {
    Admission admission = budgets.admit(client);
    if (admission instanceof Admission.Granted granted) {
      return granted.lease();
    }
    Admission.Refused refused = (Admission.Refused) admission;
    throw new HttpProblem(
        429,
        refused.shortage().name(),
        "this client asks for more than it may",
        "ask again later, or less often",
        Optional.of(refused.retryAfter()),
        null);
  }

  private static void refuse(AccessLists.Refusal refusal) {
    throw new HttpProblem(
        403,
        refusal.name(),
        "the operator of this node does not serve this",
        "ask another retriever");
  }

  /** The connection's other end, or behind proxies of ours the last address they did not add. */
  private InetAddress client(Request request) {
    InetAddress client = request.remote().getAddress();
    if (client == null) {
      return InetAddress.getLoopbackAddress();
    }
    // A proxy may add a line of its own below those of the client.
    String[] hops = String.join(",", request.headers().getAll("X-Forwarded-For")).split(",", -1);
    for (int i = hops.length - 1; i >= 0 && isProxy(client); i--) {
      byte[] raw = NetUtil.createByteArrayFromIpAddressString(hops[i].strip());
      if (raw == null) {
        break;
      }
      client = address(raw);
    }
    return client;
  }

  private boolean isProxy(InetAddress address) {
    return proxies.stream().anyMatch(block -> block.contains(address));
  }

  private static InetAddress address(byte[] raw) {
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
