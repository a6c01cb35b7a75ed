// Vouchers as ethers signs and reads them.
//
//   node vouchers.mjs write FILE   makes the golden vectors
//   node vouchers.mjs check FILE   compares every field of them with what ethers computes
//   node vouchers.mjs judge        reads {domain, voucher, signature} a line, answers {digest, signer}
//   node vouchers.mjs lock         prints a keystore of the key 0x0707.. and the password 'wörd of ethers'
//   node vouchers.mjs unlock       reads {keystore, password} a line, answers the private key
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Signature, TypedDataEncoder, Wallet, recoverAddress } from 'ethers'

const types = {
  Voucher: [
    { name: 'payer', type: 'address' },
    { name: 'payee', type: 'address' },
    { name: 'lane', type: 'uint64' },
    { name: 'amount', type: 'uint128' },
    { name: 'bytesServed', type: 'uint64' },
    { name: 'expiry', type: 'uint64' },
    { name: 'receiptsRoot', type: 'bytes32' }
  ]
}

const typed = ({ chainId, verifyingContract }) =>
  ({ name: 'CessCdnLedger', version: '1', chainId, verifyingContract })

const hex = (byte, length) => '0x' + byte.toString(16).padStart(2, '0').repeat(length)

// Keys that no money will ever be sent to: anybody can compute them.
const cases = [
  { key: hex(1, 32), chainId: 1, contract: 0xc1, payee: 0x02, lane: '0', amount: '0', bytesServed: '0', expiry: '0', root: 0 },
  { key: hex(2, 32), chainId: 11330, contract: 0xc2, payee: 0x03, lane: '1', amount: '1', bytesServed: '1', expiry: '1', root: 1 },
  { key: hex(3, 32), chainId: 11330, contract: 0xc2, payee: 0x04, lane: '7', amount: '123456789012345678', bytesServed: '1073741824', expiry: '1893456000', root: 0xab },
  { key: hex(4, 32), chainId: 31337, contract: 0xc3, payee: 0x05, lane: '4294967296', amount: '18446744073709551616', bytesServed: '262144', expiry: '1893456000', root: 0xff },
  { key: hex(5, 32), chainId: '9007199254740991', contract: 0xf0, payee: 0xf1, lane: '9223372036854775807', amount: '340282366920938463463374607431768211455', bytesServed: '9223372036854775807', expiry: '9223372036854775807', root: 0xff }
]
for (let i = 0; i < 16; i++) {
  cases.push({ key: hex(0x10 + i, 32), chainId: 31337, contract: 0xc3, payee: 0x40 + i, lane: String(i), amount: String(10n ** BigInt(i + 3)), bytesServed: String(8388608 * (i + 1)), expiry: '1893456000', root: 0x60 + i })
}

function vector (c) {
  const wallet = new Wallet(c.key)
  const domain = { chainId: String(c.chainId), verifyingContract: new Wallet(hex(c.contract, 32)).address }
  const voucher = {
    payer: wallet.address,
    payee: new Wallet(hex(c.payee, 32)).address,
    lane: c.lane,
    amount: c.amount,
    bytesServed: c.bytesServed,
    expiry: c.expiry,
    receiptsRoot: hex(c.root, 32)
  }
  const digest = TypedDataEncoder.hash(typed(domain), types, voucher)
  const signature = wallet.signingKey.sign(digest)
  return {
    privateKey: c.key,
    domain,
    voucher,
    domainSeparator: TypedDataEncoder.hashDomain(typed(domain)),
    structHash: TypedDataEncoder.hashStruct('Voucher', types, voucher),
    digest,
    signature: signature.compactSerialized,
    longSignature: signature.serialized
  }
}

const [command, file] = process.argv.slice(2)
if (command === 'write') {
  writeFileSync(file, JSON.stringify(cases.map(vector), null, 2) + '\n')
} else if (command === 'check') {
  const stored = JSON.parse(readFileSync(file, 'utf8'))
  const computed = cases.map(vector)
  if (JSON.stringify(stored) !== JSON.stringify(computed)) {
    stored.forEach((v, i) => {
      if (JSON.stringify(v) !== JSON.stringify(computed[i])) {
        console.log(`vector ${i} differs from what ethers computes: ${JSON.stringify(computed[i])}`)
      }
    })
    process.exit(1)
  }
  console.log(`${stored.length} vectors agree`)
} else if (command === 'judge') {
  for await (const line of createInterface({ input: process.stdin })) {
    const { domain, voucher, signature } = JSON.parse(line)
    const digest = TypedDataEncoder.hash(typed(domain), types, voucher)
    console.log(JSON.stringify({ digest, signer: recoverAddress(digest, Signature.from(signature)) }))
  }
} else if (command === 'unlock') {
  for await (const line of createInterface({ input: process.stdin })) {
    const { keystore, password } = JSON.parse(line)
    console.log(Wallet.fromEncryptedJsonSync(keystore, password).privateKey)
  }
} else if (command === 'lock') {
  console.log(new Wallet(hex(7, 32)).encryptSync('wörd of ethers', { scrypt: { N: 4096 } }))
} else {
  console.error('usage: node vouchers.mjs write|check FILE | judge | lock | unlock')
  process.exit(2)
}
