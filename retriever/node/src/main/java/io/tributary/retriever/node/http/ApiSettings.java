package io.tributary.retriever.node.http;

import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.AddressBlock;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * How the API answers.
 *
 * @param version of this software, as {@code /version} says it
 * @param ss58Prefix how accounts are written
 * @param publicUrl where clients reach it, for metalinks; empty to take what each client asked for
 * @param mirrors other retrievers that metalinks name
 * @param reads how files are read
 * @param lists whom and what it serves
 * @param proxies whose {@code X-Forwarded-For} is believed
 */
public record ApiSettings(
    String version,
    int ss58Prefix,
    Optional<URI> publicUrl,
    List<URI> mirrors,
    ReadOptions reads,
    AccessLists lists,
    List<AddressBlock> proxies) {
  /** Copies the lists. */
  public ApiSettings {
    mirrors = List.copyOf(mirrors);
    proxies = List.copyOf(proxies);
  }
}
