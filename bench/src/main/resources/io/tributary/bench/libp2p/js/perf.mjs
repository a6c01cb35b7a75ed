// A js-libp2p peer to be measured. It is told on stdin what to do, a command a line, and answers each
// with a line of JSON; README.md of the bench module lists the commands.
//
//   node --import ./polyfill.mjs perf.mjs noise|tls|quic [MULTIADDR of the server]
import { quic } from '@chainsafe/libp2p-quic'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { createInterface } from 'node:readline'

const PERF = '/perf/1.0.0'
const ZEROS = new Uint8Array(65536)
const TURN_BYTES = 4 * 1024 * 1024
const WITHOUT_END = 2n ** 52n

const [layer, server] = process.argv.slice(2)
const node = await createLibp2p({
  addresses: { listen: server ? [] : [`/ip4/127.0.0.1/${layer === 'quic' ? 'udp/0/quic-v1' : 'tcp/0'}`] },
  transports: [layer === 'quic' ? quic() : tcp()],
  connectionEncrypters: [layer === 'noise' ? noise() : tls()],
  streamMuxers: [yamux()],
  connectionGater: { denyDialMultiaddr: () => false }, // or it would not dial loopback
  connectionManager: { inboundConnectionThreshold: 10_000 },
  connectionMonitor: { enabled: false } // or it would close connections of a busy machine
})

// Not stream.onDrain(), which resolves at once after its first time.
function drained (stream) {
  return new Promise(resolve => {
    if (!stream.writableNeedsDrain) return resolve()
    const go = () => {
      stream.removeEventListener('drain', go)
      stream.removeEventListener('close', go)
      resolve()
    }
    stream.addEventListener('drain', go)
    stream.addEventListener('close', go)
  })
}

await node.handle(PERF, async stream => {
  const head = []
  await new Promise((resolve, reject) => {
    stream.addEventListener('message', e => head.push(...e.data.subarray()))
    stream.addEventListener('end', resolve)
    stream.addEventListener('close', e => e.error ? reject(e.error) : resolve())
  })
  let left = Number(new DataView(Uint8Array.from(head).buffer).getBigUint64(0))
  let sinceTurn = 0
  while (left > 0 && stream.status === 'open') {
    const part = left > ZEROS.length ? ZEROS : ZEROS.subarray(0, left)
    left -= part.length
    sinceTurn += part.length
    if (!stream.send(part)) await drained(stream)
    if (sinceTurn >= TURN_BYTES) { // or commands would never be read
      sinceTurn = 0
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  await stream.close()
}).catch(() => {}) // the client resets the stream when it has seen enough

let connection
let received = 0
let resets = 0
let stopping = false
let streams = []

async function flow () {
  const stream = await connection.newStream(PERF)
  stream.addEventListener('message', e => { received += e.data.byteLength ?? e.data.length })
  stream.addEventListener('close', () => { if (!stopping) resets++ })
  const size = new Uint8Array(8)
  new DataView(size.buffer).setBigUint64(0, WITHOUT_END)
  stream.send(size)
  await stream.close()
  return stream
}

const commands = {
  connect: async () => {
    if (connection) await connection.close()
    const began = performance.now()
    connection = await node.dial(multiaddr(server))
    return { nanos: Math.round((performance.now() - began) * 1e6) }
  },
  start: async count => {
    stopping = false
    resets = 0
    streams = await Promise.all(Array.from({ length: Number(count) }, flow))
    return {}
  },
  usage: () => {
    const { user, system } = process.cpuUsage()
    return { nanos: Number(process.hrtime.bigint()), bytes: received, cpuNanos: (user + system) * 1000, allocatedBytes: -1 }
  },
  stop: () => {
    stopping = true
    streams.forEach(stream => stream.abort(new Error('enough')))
    return { resets }
  }
}

const out = line => process.stdout.write(JSON.stringify(line) + '\n')
process.on('unhandledRejection', () => {}) // streams that were cut off
out({ address: server ?? node.getMultiaddrs()[0].toString() })
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...words] = line.split(' ')
  try {
    out(await commands[name](...words))
  } catch (error) {
    out({ error: String(error.stack) })
  }
}
process.exit(0)
