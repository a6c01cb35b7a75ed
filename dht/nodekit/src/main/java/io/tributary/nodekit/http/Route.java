package io.tributary.nodekit.http;

/**
 * One kind of request that a server knows.
 *
 * @param method as {@code GET}, which answers HEAD too
 * @param template its paths, as {@code /file/{fid}}
 * @param handler answers it
 */
public record Route(String method, String template, Handler handler) {}
