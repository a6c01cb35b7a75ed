// A js-libp2p peer that is told on stdin what to do: one JSON command a line,
// {"id":1,"cmd":"ping","to":"/ip4/..."}, answered in any order by {"id":1,"ok":...} or {"id":1,"error":"..."}.
// Events go in between: {"event":"connected",...}. The first line is {"event":"ready","peer":...,"addresses":[...]}.
// It ends with "stop", or when stdin does.
//
//   node --import ./polyfill.mjs peer.mjs --listen /ip4/127.0.0.1/tcp/0 [flags as below]
import { quic } from '@chainsafe/libp2p-quic'
import { autoNAT } from '@libp2p/autonat'
import { autoNATv2 } from '@libp2p/autonat-v2'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { dcutr } from '@libp2p/dcutr'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { collect, drain, protocols, pump, uint64, write } from './streams.mjs'

const { values: flags } = parseArgs({
  options: {
    listen: { type: 'string', multiple: true, default: [] }, // a multiaddr, again and again
    security: { type: 'string', default: 'noise,tls' }, // in the order of liking
    'late-muxer': { type: 'boolean', default: false }, // negotiate the muxer after the handshake, as old peers do
    transports: { type: 'string', default: 'tcp,quic' },
    dht: { type: 'string', default: 'off' }, // off, client, server
    'dht-protocol': { type: 'string', default: '/ipfs/kad/1.0.0' },
    'dht-namespace': { type: 'string', default: 'test' }, // of values, /namespace/key; any value is valid
    relay: { type: 'string', default: 'off' }, // off, client, server
    nat: { type: 'boolean', default: false }, // AutoNAT and DCUtR
    autonat: { type: 'string', default: '1,2' }, // its versions
    'loopback-is-public': { type: 'boolean', default: false }, // to those; see polyfill.mjs
    'listening-is-unproven': { type: 'boolean', default: false }, // it tells no address before AutoNAT has confirmed it
    seed: { type: 'string' }, // 64 hex digits: the Ed25519 seed
    agent: { type: 'string' },
    'max-streams': { type: 'string', default: '2048' } // inbound and outbound, of one protocol
  }
})

const out = line => process.stdout.write(JSON.stringify(line, (_, v) => typeof v === 'bigint' ? v.toString() : v) + '\n')
const event = (name, fields) => out({ event: name, ...fields })
const maxStreams = Number(flags['max-streams'])
const streamLimits = { maxInboundStreams: maxStreams, maxOutboundStreams: maxStreams, runOnLimitedConnection: true }
const pick = (names, choices) => names.split(',').map(name => choices[name] ?? fail(`unknown choice ${name}`))
function fail (message) { throw new Error(message) }

// Makes a security protocol take no part in the choice of the muxer.
const late = factory => components => {
  const secure = factory(components)
  const without = name => (connection, options) => secure[name](connection, { ...options, skipStreamMuxerNegotiation: true })
  return new Proxy(secure, {
    get: (target, name) => name === 'secureInbound' || name === 'secureOutbound'
      ? without(name)
      : typeof target[name] === 'function' ? target[name].bind(target) : target[name]
  })
}
const secured = pick(flags.security, { noise: noise(), tls: tls() }).map(flags['late-muxer'] ? late : factory => factory)

const services = { identify: identify(), identifyPush: identifyPush(), ping: ping() }
if (flags.dht !== 'off') {
  services.dht = kadDHT({
    protocol: flags['dht-protocol'],
    clientMode: flags.dht === 'client',
    peerInfoMapper: passthroughMapper, // or it would leave out private addresses
    validators: { [flags['dht-namespace']]: async () => {} },
    selectors: { [flags['dht-namespace']]: () => 0 }
  })
}
if (flags.relay === 'server') services.relay = circuitRelayServer()
if (flags.nat) Object.assign(services, Object.fromEntries(flags.autonat.split(',').map(version => [`autonat${version}`, version === '1' ? autoNAT() : autoNATv2()])), { dcutr: dcutr() })

const node = await createLibp2p({
  ...(flags.seed && { privateKey: await generateKeyPairFromSeed('Ed25519', Buffer.from(flags.seed, 'hex')) }),
  ...(flags.agent && { nodeInfo: { userAgent: flags.agent } }),
  addresses: { listen: flags.listen },
  transports: [
    ...pick(flags.transports, { tcp: tcp(), quic: quic() }),
    ...(flags.relay === 'client' ? [circuitRelayTransport()] : [])
  ],
  connectionEncrypters: secured,
  streamMuxers: [yamux({ maxInboundStreams: maxStreams, maxOutboundStreams: maxStreams, maxEarlyStreams: maxStreams })],
  connectionGater: { denyDialMultiaddr: () => false }, // or it would not dial loopback
  connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1_000 },
  connectionMonitor: { enabled: false }, // or it would close connections of a busy machine
  services
})
node.addEventListener('peer:connect', e => event('connected', { peer: e.detail.toString() }))
node.addEventListener('peer:disconnect', e => event('disconnected', { peer: e.detail.toString() }))
node.addEventListener('peer:identify', e => event('identified', { peer: e.detail.peerId.toString(), agent: e.detail.agentVersion, observed: e.detail.observedAddr?.toString() ?? null, signed: e.detail.signedPeerRecord != null }))

for (const [protocol, handler] of Object.entries(protocols(event))) {
  await node.handle(protocol, async stream => {
    try {
      await handler(stream)
    } catch (error) {
      event('stream-failed', { protocol, error: String(error.message) })
      stream.abort(error)
    }
  }, streamLimits)
}

const peerOf = to => to.startsWith('/') ? multiaddr(to) : peerIdFromString(to)
const open = (to, protocol) => node.dialProtocol(peerOf(to), protocol, streamLimits)
const describe = c => ({
  peer: c.remotePeer.toString(),
  address: c.remoteAddr.toString(),
  direction: c.direction,
  security: c.encryption ?? null,
  muxer: c.multiplexer ?? null,
  limited: c.limits != null,
  streams: c.streams.length
})

/** Sends bytes to an echo, closes, and compares what comes back. */
async function echo (to, protocol, bytes) {
  const stream = await open(to, protocol)
  const received = collect(stream)
  received.catch(() => {}) // awaited below
  const sha256 = await pump(stream, bytes)
  await stream.close()
  const got = await received
  return { sent: bytes, received: got.bytes, same: got.bytes === bytes && got.sha256 === sha256 }
}

async function reply (stream, maxBytes) {
  const bytes = []
  await drain(stream, part => bytes.length + part.length > maxBytes ? stream.abort(new Error('the reply is too long')) : bytes.push(...part))
  return Buffer.from(bytes)
}

async function perf (to, up, down) {
  const connection = await node.dial(peerOf(to))
  const cpu = process.cpuUsage()
  const began = performance.now()
  const stream = await connection.newStream('/perf/1.0.0', streamLimits)
  let received = 0
  const done = drain(stream, part => { received += part.length })
  done.catch(() => {}) // awaited below
  await write(stream, uint64(down))
  await pumpQuietly(stream, up)
  await stream.close()
  await done
  const used = process.cpuUsage(cpu)
  return { up, down: received, seconds: (performance.now() - began) / 1000, cpuSeconds: (used.user + used.system) / 1e6 }
}

const ZEROS = new Uint8Array(65536)
async function pumpQuietly (stream, count) {
  for (let left = count; left > 0; left -= ZEROS.length) await write(stream, ZEROS.subarray(0, Math.min(left, ZEROS.length)))
}

async function query (events, onEvent) {
  for await (const e of events) {
    const found = onEvent(e)
    if (found !== undefined) return found
  }
}
const bytesOf = text => new TextEncoder().encode(text)

const commands = {
  addresses: () => node.getMultiaddrs().map(String),
  listening: () => node.components.transportManager.getAddrs().map(String), // told or not
  connections: () => node.getConnections().map(describe),
  protocols: () => node.getProtocols(),
  dial: async m => describe(await node.dial(peerOf(m.to))),
  // Listens at one more address, or answers one more protocol; connected peers are told.
  listen: async m => { await node.components.transportManager.listen([multiaddr(m.address)]) },
  handle: async m => { await node.handle(m.protocol, stream => { stream.close() }) },
  hangUp: async m => { await node.hangUp(peerOf(m.to)) },
  ping: m => node.services.ping.ping(peerOf(m.to)), // milliseconds

  // What identify has told about a peer.
  peer: async m => {
    const peer = await node.peerStore.get(peerIdFromString(m.peer))
    const text = name => peer.metadata.has(name) ? new TextDecoder().decode(peer.metadata.get(name)) : null
    return {
      protocols: peer.protocols,
      addresses: peer.addresses.map(a => ({ address: a.multiaddr.toString(), certified: a.isCertified })),
      agent: text('AgentVersion'),
      protocolVersion: text('ProtocolVersion'),
      signedRecord: peer.peerRecordEnvelope ? Buffer.from(peer.peerRecordEnvelope).toString('hex') : null
    }
  },

  // Streams. All of them open a new one.
  echo: m => echo(m.to, m.protocol ?? '/echo/1.0.0', m.bytes),
  parallel: async m => {
    const results = await Promise.allSettled(Array.from({ length: m.streams }, () => echo(m.to, m.protocol ?? '/echo/1.0.0', m.bytes)))
    const failed = results.filter(r => r.status === 'rejected' || !r.value.same)
    return { same: results.length - failed.length, failed: failed.length, firstError: failed[0] ? String(failed[0].reason ?? JSON.stringify(failed[0].value)) : null }
  },
  send: async m => {
    const stream = await open(m.to, m.protocol ?? '/sink/1.0.0')
    const answer = reply(stream, 1024)
    answer.catch(() => {}) // awaited below
    const sha256 = await pump(stream, m.bytes)
    await stream.close()
    return { bytes: m.bytes, sha256, reply: (await answer).toString('hex') }
  },
  receive: async m => {
    const stream = await open(m.to, m.protocol ?? '/source/1.0.0')
    await write(stream, uint64(m.bytes))
    await stream.close()
    return collect(stream)
  },
  // Closes its own half at once and only then takes what the other side sends.
  halfClose: async m => {
    const stream = await open(m.to, m.protocol ?? '/sink/1.0.0')
    await stream.close()
    return { reply: (await reply(stream, 1024)).toString('hex'), writeStatus: stream.writeStatus }
  },
  // Sends bytes and resets; or, told to wait, lets the other side do it. Over QUIC, js takes a reset
  // of the other side for a close: the status stays open.
  reset: async m => {
    const stream = await open(m.to, m.protocol ?? '/echo/1.0.0')
    await write(stream, new Uint8Array(m.bytes ?? 1))
    if (!m.wait) {
      stream.abort(new Error('as asked'))
      return { status: stream.status }
    }
    await collect(stream).catch(() => {})
    return { status: stream.status }
  },
  // Writes to somebody who may not read, and tells how much was taken within the time.
  flood: async m => {
    const stream = await open(m.to, m.protocol ?? '/hold/1.0.0')
    let taken = 0
    const deadline = performance.now() + m.millis
    while (taken < m.bytes && performance.now() < deadline) {
      const free = stream.send(ZEROS)
      taken += ZEROS.length
      if (!free) await stream.onDrain({ signal: AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now()))) }).catch(() => {})
      if (stream.writableNeedsDrain) break
    }
    const result = { sent: taken - stream.writeBufferLength, status: stream.status }
    stream.abort(new Error('enough'))
    return result
  },
  perf: m => perf(m.to, m.up ?? 0, m.down ?? 0),

  // Kademlia.
  dhtSize: () => node.services.dht.routingTable.size,
  provide: m => { let stored = 0; return query(node.services.dht.provide(CID.parse(m.cid)), e => { if (e.name === 'PEER_RESPONSE' && e.messageName === 'ADD_PROVIDER') stored++ }).then(() => stored) },
  findProviders: async m => {
    const found = new Map()
    await query(node.services.dht.findProviders(CID.parse(m.cid)), e => { if (e.name === 'PROVIDER') for (const p of e.providers) found.set(p.id.toString(), p.multiaddrs.map(String)) })
    return [...found].map(([peer, addresses]) => ({ peer, addresses }))
  },
  findPeer: async m => await query(node.services.dht.findPeer(peerIdFromString(m.peer)), e => e.name === 'FINAL_PEER' ? e.peer.multiaddrs.map(String) : undefined) ?? null,
  closest: async m => {
    const found = []
    await query(node.services.dht.getClosestPeers(bytesOf(m.key)), e => { if (e.name === 'FINAL_PEER') found.push(e.peer.id.toString()) })
    return found
  },
  put: async m => { await query(node.services.dht.put(bytesOf(m.key), bytesOf(m.value)), () => undefined) },
  get: async m => await query(node.services.dht.get(bytesOf(m.key)), e => e.name === 'VALUE' ? new TextDecoder().decode(e.value) : undefined) ?? null,

  stop: async () => {
    await node.stop()
    setImmediate(() => process.exit(0))
  }
}

event('ready', { peer: node.peerId.toString(), addresses: node.getMultiaddrs().map(String) })
createInterface({ input: process.stdin }).on('line', async line => {
  const message = JSON.parse(line)
  try {
    const command = commands[message.cmd] ?? fail(`unknown command ${message.cmd}`)
    out({ id: message.id, ok: await command(message) ?? null })
  } catch (error) {
    out({ id: message.id, error: `${error.name}: ${error.message}` })
  }
}).on('close', () => process.exit(0))
