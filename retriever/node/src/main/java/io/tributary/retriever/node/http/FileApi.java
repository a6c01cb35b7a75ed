package io.tributary.retriever.node.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.tributary.content.AccountId;
import io.tributary.content.ByteRange;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.MalformedIdException;
import io.tributary.content.StoredForm;
import io.tributary.content.cipher.DeossCipher;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.http.Body;
import io.tributary.nodekit.http.BodySource;
import io.tributary.nodekit.http.ByteSpan;
import io.tributary.nodekit.http.CorsPolicy;
import io.tributary.nodekit.http.EntityTag;
import io.tributary.nodekit.http.Handler;
import io.tributary.nodekit.http.HttpProblem;
import io.tributary.nodekit.http.QuickHandler;
import io.tributary.nodekit.http.Representation;
import io.tributary.nodekit.http.Request;
import io.tributary.nodekit.http.Response;
import io.tributary.nodekit.http.Router;
import io.tributary.origin.identity.MalformedAddressException;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.retriever.engine.Engine;
import io.tributary.retriever.engine.FileView;
import io.tributary.retriever.engine.VerifiedStream;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.TraceId;
import io.tributary.retriever.node.access.ClientBudgets;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The routes of a retriever, as CESS's own clients and gateways call them and as everybody else
 * does; {@code /openapi.json} describes them.
 *
 * <p>What is served under a fid never changes, so its ETag is the fid and it may be cached for
 * ever. Bytes that a {@code Cipher} header decrypts are not to be cached by anybody. Thread-safe.
 */
public final class FileApi {
  /** How many requests are remembered for questions about their trace. */
  public static final int MAX_TRACED_REQUESTS = 16_384;

  private static final String IMMUTABLE = "public, max-age=31536000, immutable";
  private static final int MAX_CIPHER_CHARS = 32;

  /** The name of an exchange; its second half names the read of a {@linkplain #quick short cut}. */
  private static final int EXCHANGE_CHARS = 2 * TraceId.CHARS;

  private static final Duration HASHING_PAUSE = Duration.ofSeconds(1);

  private final Engine engine;
  private final ApiSettings settings;
  private final Gatekeeper gate;
  private final Executor blocking;
  private final Metalinks metalinks;
  private final Supplier<Map<String, ?>> status;
  private final Optional<SigningKey> signer;
  private final Cache<String, TraceId> traced =
      Caffeine.newBuilder().maximumSize(MAX_TRACED_REQUESTS).executor(Runnable::run).build();

  /** Which of a client's header fields an answer depends on. */
  static final String LOOKED_AT = "Cipher, Account, Format";

  /** How a file is to be shown. */
  private record Showing(
      String disposition,
      Optional<AccountId> owner,
      Optional<String> typeHint,
      Optional<String> cipher) {}

  /**
   * The API of an engine.
   *
   * @param budgets of clients
   * @param blocking runs what waits for the engine while it decrypts and hashes
   * @param status the node's public state
   */
  public FileApi(
      Engine engine,
      ApiSettings settings,
      ClientBudgets budgets,
      Executor blocking,
      Supplier<Map<String, ?>> status) {
    this(engine, settings, budgets, blocking, status, Optional.empty());
  }

  /**
   * The same of a node that signs receipts.
   *
   * @param signer its wallet's key, if it has one
   */
  public FileApi(
      Engine engine,
      ApiSettings settings,
      ClientBudgets budgets,
      Executor blocking,
      Supplier<Map<String, ?>> status,
      Optional<SigningKey> signer) {
    this.engine = engine;
    this.settings = settings;
    this.gate = new Gatekeeper(settings.lists(), budgets, settings.proxies());
    this.blocking = blocking;
    this.metalinks = new Metalinks(engine, settings.reads(), blocking);
    this.status = status;
    this.signer = signer;
  }

  /** Returns what scripts of other web sites may do. */
  public static CorsPolicy cors() {
    return CorsPolicy.publicContent()
        .allowing(List.of("Cipher", "Account", "Format", "Content-Range"));
  }

  /** Says how failures of reads are answered. */
  public static Function<Throwable, Optional<HttpProblem>> problems() {
    return EngineProblems::of;
  }

  /** Returns the routes. */
  public Router router() {
    Handler inline = request -> file(request, "inline");
    Handler attachment = request -> file(request, "attachment");
    return Router.builder()
        .get("/file/{fid}", inline)
        .get("/file/open/{fid}", inline)
        .get("/open/{fid}", inline)
        .get("/file/download/{fid}", attachment)
        .get("/download/{fid}", attachment)
        .get("/gateway/download/{fid}", attachment)
        .get("/file/metadata/{fid}", this::metadata)
        .get("/file/{fid}.meta4", this::metalink)
        .get("/trace/{id}", this::trace)
        .get("/trace/{id}/receipts", this::receipts)
        .get("/version", request -> now(Response.json(200, settings.version())))
        .get("/status", request -> now(Response.enveloped("success", status.get())))
        .get("/openapi.json", request -> now(OpenApi.response()))
        .build();
  }

  /** Returns the short cut to what the routes would answer. */
  public QuickHandler quick() {
    return new QuickFiles(engine, gate);
  }

  private CompletionStage<Response> file(Request request, String disposition) {
    // Gateways of CESS take the range from this header, so their clients send it.
    if (!request.headers().contains(HttpHeaderNames.RANGE)) {
      request
          .header(HttpHeaderNames.CONTENT_RANGE)
          .ifPresent(range -> request.headers().set(HttpHeaderNames.RANGE, range));
    }
    String named = request.parameter("fid");
    Optional<String> ending =
        named.length() > Digest.HEX_CHARS && named.charAt(Digest.HEX_CHARS) == '.'
            ? Optional.of(named.substring(Digest.HEX_CHARS))
            : Optional.empty();
    Showing showing =
        new Showing(
            disposition,
            request.header("Account").flatMap(FileApi::account),
            request.header("Format").map(format -> '.' + format).or(() -> ending),
            request.header("Cipher").filter(text -> !text.isEmpty()));
    Fid fid = fid(named.substring(0, named.length() - ending.map(String::length).orElse(0)));
    return opened(request, fid, (file, lease) -> show(request, file, showing, lease));
  }

  /** Gateways of CESS take a malformed account for none, so their clients may send any. */
  private static Optional<AccountId> account(String text) {
    try {
      return Optional.of(Ss58Address.parse(text).account());
    } catch (MalformedAddressException e) {
      return Optional.empty();
    }
  }

  private interface Answer {
    Response of(FileView file, ClientBudgets.Lease lease);
  }

  /** Answers with an opened file; the lease ends with the answer's body, or with the answer. */
  private CompletionStage<Response> opened(Request request, Fid fid, Answer answer) {
    ClientBudgets.Lease lease = gate.admit(request, fid);
    CompletableFuture<Response> result = new CompletableFuture<>();
    var unused =
        engine
            .open(fid)
            .whenComplete(
                (file, failure) -> {
                  if (file == null) {
                    lease.close();
                    result.completeExceptionally(failure);
                    return;
                  }
                  try {
                    gate.check(file);
                    Response response = answer.of(file, lease);
                    // A client that went meanwhile has cancelled the result.
                    if (!(result.complete(response) && response.body() instanceof Body.Stream)) {
                      lease.close();
                    }
                  } catch (RuntimeException e) {
                    lease.close();
                    result.completeExceptionally(e);
                  }
                });
    return result;
  }

  private Response show(
      Request request, FileView file, Showing showing, ClientBudgets.Lease lease) {
    String name = Disposition.cleaned(name(file, showing.owner()));
    String type =
        showing.typeHint().map(MediaTypes::of).orElseGet(() -> type(showing.disposition(), name));
    Response response;
    if (showing.cipher().isPresent()) {
      response = decrypted(request, file, showing.cipher().get(), type, lease);
    } else {
      response =
          leased(
              new Representation(
                      file.storedBytes(),
                      new EntityTag(file.fid().toHex()),
                      type,
                      span -> stored(request, file, span, lease))
                  .answer(request),
              lease);
    }
    if (response.status() < 400) {
      response.header(
          HttpHeaderNames.CACHE_CONTROL,
          showing.cipher().isPresent() ? "private, no-store" : IMMUTABLE);
      describeWhoever(showing.disposition(), name, response::header);
    }
    return response;
  }

  /** What an owner calls a file; what the first one does if it is not this one's. */
  private static String name(FileView file, Optional<AccountId> owner) {
    return owner.stream()
        .flatMap(one -> file.owners().stream().filter(each -> each.account().equals(one)))
        .map(FileRecord.Owner::fileName)
        .findFirst()
        .orElseGet(file::name);
  }

  private static String type(String disposition, String name) {
    return disposition.equals("attachment") ? MediaTypes.UNKNOWN : MediaTypes.of(name);
  }

  /** Says of a part of a stored file what goes for all its parts. */
  static void describe(
      String disposition, String name, BiConsumer<CharSequence, CharSequence> field) {
    field.accept(HttpHeaderNames.CONTENT_TYPE, type(disposition, name));
    field.accept(HttpHeaderNames.CACHE_CONTROL, IMMUTABLE);
    describeWhoever(disposition, name, field);
  }

  /** Says of a file what goes for everybody who asks for it. */
  private static void describeWhoever(
      String disposition, String name, BiConsumer<CharSequence, CharSequence> field) {
    field.accept(HttpHeaderNames.VARY, LOOKED_AT);
    field.accept(HttpHeaderNames.CONTENT_DISPOSITION, Disposition.of(disposition, name));
    // A stranger's page must not run as if it were this site's.
    field.accept(HttpHeaderNames.CONTENT_SECURITY_POLICY, "sandbox");
    field.accept("X-Content-Type-Options", "nosniff");
  }

  private BodySource stored(
      Request request, FileView file, ByteSpan span, ClientBudgets.Lease lease) {
    ByteRange range = new ByteRange(span.first(), span.lengthBytes());
    return new VerifiedSource(engine, traced(request, file, range), lease);
  }

  /** Reads a range, and remembers by which name the client may ask how that went. */
  private VerifiedStream traced(Request request, FileView file, ByteRange range) {
    VerifiedStream stream = engine.read(file, range, settings.reads());
    traced.put(request.traceId(), stream.traceId());
    return stream;
  }

  private Response decrypted(
      Request request, FileView file, String passphrase, String type, ClientBudgets.Lease lease) {
    if (passphrase.length() > MAX_CIPHER_CHARS || !file.manifest().fits(StoredForm.DEOSS_CBC)) {
      throw new HttpProblem(
          400,
          "WRONG_CIPHER",
          "the passphrase is too long, or the file is not encrypted this way",
          "send the passphrase of the file's owner in the header Cipher, or none");
    }
    DeossCipher cipher = cipher(passphrase);
    FileView sealed = file.as(StoredForm.DEOSS_CBC);
    return leased(
        new Representation(
                file.sizeBytes(),
                new EntityTag(file.fid().toHex() + "-plain"),
                type,
                span ->
                    new DecryptedSource(
                        stored -> traced(request, sealed, stored),
                        engine,
                        sealed.sizeBytes(),
                        cipher,
                        new ByteRange(span.first(), span.lengthBytes()),
                        lease,
                        blocking))
            .answer(request),
        lease);
  }

  private static DeossCipher cipher(String passphrase) {
    try {
      return DeossCipher.of(passphrase);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(
          400, "WRONG_CIPHER", "the passphrase " + e.getMessage(), "send the right one");
    }
  }

  private CompletionStage<Response> metadata(Request request) {
    return opened(
        request,
        fid(request.parameter("fid")),
        (file, lease) -> Response.enveloped("success", metadata(file)));
  }

  private Map<String, ?> metadata(FileView file) {
    List<Map<String, ?>> owners = new ArrayList<>();
    for (FileRecord.Owner owner : file.owners()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("user", new Ss58Address(settings.ss58Prefix(), owner.account()).toString());
      entry.put("file_name", owner.fileName());
      owners.add(entry);
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("fid", file.fid().toHex());
    tree.put("size", file.sizeBytes());
    tree.put("owner", owners);
    tree.put("state", file.state().name());
    tree.put("form", file.form().name());
    tree.put("storedSize", file.storedBytes());
    tree.put(
        "segments", file.manifest().segmentHashes().stream().map(hash -> hash.toHex()).toList());
    return tree;
  }

  private CompletionStage<Response> metalink(Request request) {
    return opened(
        request,
        fid(request.parameter("fid")),
        (file, lease) -> {
          Optional<Digest> last = metalinks.lastPiece(file);
          if (last.isEmpty()) {
            return Response.text(202, "the piece hashes are being computed; ask again\n")
                .header(HttpHeaderNames.RETRY_AFTER, HASHING_PAUSE.toSeconds())
                .header(HttpHeaderNames.CACHE_CONTROL, "no-store");
          }
          String path = "/file/" + file.fid().toHex();
          List<URI> urls = new ArrayList<>();
          urls.add(URI.create(baseOf(request) + path));
          settings.mirrors().forEach(mirror -> urls.add(URI.create(mirror + path)));
          String name = Disposition.cleaned(file.name());
          byte[] document = Metalinks.document(file, last.get(), name, urls);
          return Response.of(200, new Body.Bytes(ByteBuffer.wrap(document)))
              .header(HttpHeaderNames.CONTENT_TYPE, "application/metalink4+xml")
              .header(HttpHeaderNames.CACHE_CONTROL, "public, max-age=60")
              .header(
                  HttpHeaderNames.CONTENT_DISPOSITION,
                  Disposition.of("attachment", name + ".meta4"));
        });
  }

  private String baseOf(Request request) {
    return settings
        .publicUrl()
        .map(URI::toString)
        .orElseGet(
            () -> {
              String host = request.header(HttpHeaderNames.HOST).orElse("");
              if (!host.matches("[A-Za-z0-9.\\-\\[\\]:]{1,255}")) {
                throw new HttpProblem(
                    400, "BAD_REQUEST", "the request names no host", "send a Host header");
              }
              return (request.isSecure() ? "https://" : "http://") + host;
            });
  }

  private CompletionStage<Response> trace(Request request) {
    ClientBudgets.Lease lease = gate.admit(request);
    try {
      return now(
          Response.json(200, found(request)).header(HttpHeaderNames.CACHE_CONTROL, "no-store"));
    } finally {
      lease.close();
    }
  }

  private Trace found(Request request) {
    String id = request.parameter("id").toLowerCase(Locale.ROOT);
    return Optional.ofNullable(traced.getIfPresent(id))
        .or(() -> TraceId.parse(id.length() == EXCHANGE_CHARS ? id.substring(TraceId.CHARS) : id))
        .flatMap(engine::trace)
        .orElseThrow(
            () ->
                new HttpProblem(
                    404,
                    "NO_SUCH_TRACE",
                    "no read of this name is remembered",
                    "take the id from an answer's header X-Trace-Id"));
  }

  private CompletionStage<Response> receipts(Request request) {
    SigningKey key =
        signer.orElseThrow(
            () ->
                new HttpProblem(
                    404,
                    "NO_RECEIPTS",
                    "this node has no wallet to sign with",
                    "ask for the trace, which is the same without a signature"));
    Trace trace = found(request);
    if (trace.ending().equals(Trace.RUNNING)) {
      throw new HttpProblem(
          503,
          "STILL_RUNNING",
          "the read has not ended",
          "ask again when it has",
          Optional.of(HASHING_PAUSE),
          null);
    }
    return opened(
        request,
        fid(trace.fid()),
        (file, lease) ->
            Response.of(
                    200,
                    new Body.Bytes(
                        ByteBuffer.wrap(Receipts.signed(Receipts.of(trace, file.manifest()), key))))
                .header(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson")
                .header(HttpHeaderNames.CACHE_CONTROL, "no-store"));
  }

  private static Fid fid(String text) {
    try {
      return Fid.parse(text);
    } catch (MalformedIdException e) {
      throw new HttpProblem(
          400, "MALFORMED_FID", "a fid is 64 characters of 0-9 and a-f", "check the address");
    }
  }

  /** Has the lease end with the body. */
  private static Response leased(Response response, ClientBudgets.Lease lease) {
    return response.body() instanceof Body.Stream stream
        ? new Response(
            response.status(),
            response.headers(),
            new Body.Stream(new LeasedSource(stream.source(), lease), stream.lengthBytes()))
        : response;
  }

  private static CompletionStage<Response> now(Response response) {
    return CompletableFuture.completedFuture(response);
  }
}
