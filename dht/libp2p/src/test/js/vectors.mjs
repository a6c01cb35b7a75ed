// Records what js-libp2p makes of addresses, keys and records, for the Java tests to agree with.
//
//   npm ci && node --import ./polyfill.mjs vectors.mjs > ../resources/io/tributary/libp2p/js-vectors.json
//
// Each run makes new RSA and secp256k1 keys; nothing else changes.
import { generateKeyPair, generateKeyPairFromSeed, privateKeyToProtobuf, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { base36 } from 'multiformats/bases/base36'
import { readFileSync } from 'node:fs'

const hex = bytes => Buffer.from(bytes).toString('hex')
const version = name => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version
const seed = Uint8Array.from({ length: 32 }, (_, i) => i)
const ed25519 = await generateKeyPairFromSeed('Ed25519', seed)
const peer = peerIdFromPrivateKey(ed25519).toString()
const relay = 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'

const addresses = [
  '/ip4/127.0.0.1/tcp/4001',
  '/ip4/0.0.0.0/udp/0/quic-v1',
  '/ip4/255.255.255.255/udp/65535/quic',
  '/ip6/::1/tcp/4001',
  '/ip6/2001:db8::7/udp/4001/quic-v1',
  '/ip6/2001:db8:0:1:1:1:1:1/tcp/1',
  '/ip6/1:0:0:2::3/tcp/1',
  '/ip6zone/eth0/ip6/fe80::1/tcp/4001',
  '/dns/example.com/tcp/443/wss',
  '/dns4/example.com/tcp/443/tls/ws',
  '/dns6/a.b-c.example/udp/4001/quic-v1',
  '/dnsaddr/bootstrap.example.org',
  `/ip4/192.0.2.1/tcp/4001/p2p/${peer}`,
  `/ip4/192.0.2.1/tcp/4001/p2p/${relay}/p2p-circuit/p2p/${peer}`,
  `/p2p/${relay}/p2p-circuit`,
  '/dns4/example.com/tcp/443/tls/sni/other.example/http',
  '/ip4/192.0.2.1/udp/4001/quic-v1/webtransport/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjLa2R_RF71v86aVxlqdKNOQ/certhash/uEiAfbgiymPP2_nX7Dgir8B4QkksjHp2lVuJZz0F79Be9JA',
  '/ip4/192.0.2.1/udp/4001/webrtc-direct/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjLa2R_RF71v86aVxlqdKNOQ',
  `/ip4/192.0.2.1/tcp/4001/ws/p2p/${relay}/p2p-circuit/webrtc/p2p/${peer}`,
  '/ip4/192.0.2.1/tcp/443/https',
  '/ip4/192.0.2.1/tcp/4001/noise',
  '/memory/test-1'
].map(text => ({ text, hex: hex(multiaddr(text).bytes) }))

const message = new TextEncoder().encode('what the peers agree on')
const keys = [] // not ECDSA: js writes its public keys and signatures in another form than the specification
for (const [type, key] of [
  ['ED25519', ed25519],
  ['SECP256K1', await generateKeyPair('secp256k1')],
  ['RSA', await generateKeyPair('RSA', 2048)]
]) {
  const id = peerIdFromPrivateKey(key)
  keys.push({
    type,
    privateKey: hex(privateKeyToProtobuf(key)),
    publicKey: hex(publicKeyToProtobuf(key.publicKey)),
    peerId: id.toString(),
    cid: id.toCID().toString(),
    cidBase36: id.toCID().toString(base36),
    signature: hex(await key.sign(message))
  })
}

const recorded = addresses.slice(0, 5).map(a => a.text)
const record = new PeerRecord({ peerId: peerIdFromPrivateKey(ed25519), multiaddrs: recorded.map(a => multiaddr(a)), seqNumber: 1700000000000n })
const envelope = await RecordEnvelope.seal(record, ed25519)

process.stdout.write(JSON.stringify({
  source: {
    '@multiformats/multiaddr': version('@multiformats/multiaddr'),
    '@libp2p/crypto': version('@libp2p/crypto'),
    '@libp2p/peer-id': version('@libp2p/peer-id'),
    '@libp2p/peer-record': version('@libp2p/peer-record')
  },
  addresses,
  message: hex(message),
  keys,
  peerRecord: { peerId: peer, sequence: '1700000000000', addresses: recorded, envelope: hex(envelope.marshal()) }
}, null, 2) + '\n')
