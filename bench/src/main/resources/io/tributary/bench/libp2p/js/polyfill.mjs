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
