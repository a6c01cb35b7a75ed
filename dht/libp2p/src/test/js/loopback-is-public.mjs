// A hook of Node's loader: whoever decides by the kind of an address whether to dial it, is told that
// none is private but those of 127.0.0.3.
const DECIDING = /\/@libp2p\/(autonat|autonat-v2|dcutr)\//

export async function resolve (specifier, context, next) {
  if (specifier === '@libp2p/utils' && DECIDING.test(context.parentURL ?? '')) {
    return { url: new URL('./all-is-public.mjs', import.meta.url).href, shortCircuit: true }
  }
  return next(specifier, context)
}
