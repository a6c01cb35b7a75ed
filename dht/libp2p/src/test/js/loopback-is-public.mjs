// A hook of Node's loader: whoever decides by the kind of an address whether to dial it, is told that
// none is private but those of 127.0.0.3. So is, if wanted, whoever decides which own addresses to tell.
const DIALLING = /\/@libp2p\/(autonat|autonat-v2|dcutr)\//
const TELLING = /\/libp2p\/dist\/src\/address-manager\//
let deciding = [DIALLING]

export async function initialize (data) {
  if (data.telling) deciding = [DIALLING, TELLING]
}

export async function resolve (specifier, context, next) {
  if (specifier === '@libp2p/utils' && deciding.some(each => each.test(context.parentURL ?? ''))) {
    return { url: new URL('./all-is-public.mjs', import.meta.url).href, shortCircuit: true }
  }
  return next(specifier, context)
}
