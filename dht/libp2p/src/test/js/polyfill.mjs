// Node 20 lacks what newer ones have and a dependency of libp2p uses.
Promise.withResolvers ??= function () {
  let resolve
  let reject
  const promise = new this((fulfil, fail) => {
    resolve = fulfil
    reject = fail
  })
  return { promise, resolve, reject }
}

// With these flags, AutoNAT and DCUtR heed addresses of loopback, as they would public ones; with the second
// the peer takes its own for such, too.
const telling = process.argv.includes('--listening-is-unproven')
if (telling || process.argv.includes('--loopback-is-public')) {
  const { register } = await import('node:module')
  register('./loopback-is-public.mjs', import.meta.url, { data: { telling } })
}
