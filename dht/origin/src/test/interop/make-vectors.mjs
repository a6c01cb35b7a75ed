// Makes identity-vectors.json:
//   cp package*.json make-vectors.mjs SOME_DIR && cd SOME_DIR && npm ci --ignore-scripts
//   node make-vectors.mjs > identity-vectors.json
// Two implementations sign: util-crypto's own (JavaScript) and schnorrkel itself (Rust, as wasm).
import { createHash } from 'node:crypto';
import {
  cryptoWaitReady,
  encodeAddress,
  sr25519PairFromSeed,
  sr25519Sign,
} from '@polkadot/util-crypto';
import * as schnorrkel from '@polkadot/wasm-crypto';

await cryptoWaitReady();
await schnorrkel.waitReady();

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const bytesOf = (name) => createHash('sha256').update(`tributary identity ${name}`).digest();
const stream = (name, length) =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 32) }, (_, i) => bytesOf(`${name} ${i}`)),
  ).subarray(0, length);

const seeds = [
  Buffer.alloc(32),
  Buffer.alloc(32, 0xff),
  ...Array.from({ length: 14 }, (_, i) => bytesOf(`seed ${i}`)),
];
const pairs = seeds.map((seed) => {
  const pair = sr25519PairFromSeed(seed);
  return { seed: hex(seed), account: hex(pair.publicKey) };
});

const messages = [0, 1, 31, 32, 64, 127, 128, 165, 166, 167, 332, 1000].map((length) =>
  stream(`message ${length}`, length),
);
messages.push(Buffer.from('1700000000'));
const signatures = messages.flatMap((message, i) => {
  const pair = sr25519PairFromSeed(seeds[i % seeds.length]);
  return [
    ['util-crypto', sr25519Sign(message, pair)],
    ['schnorrkel', schnorrkel.sr25519Sign(pair.publicKey, pair.secretKey, message)],
  ].map(([maker, signature]) => ({
    maker,
    account: hex(pair.publicKey),
    message: hex(message),
    signature: hex(signature),
  }));
});

const text = '1700000000';
const wallet = sr25519PairFromSeed(seeds[2]);
const wrapped = {
  address: encodeAddress(wallet.publicKey, 11330),
  text,
  signature: `0x${hex(sr25519Sign(`<Bytes>${text}</Bytes>`, wallet))}`,
};

const prefixes = [0, 1, 2, 42, 63, 64, 65, 127, 128, 255, 256, 1000, 11330, 11331, 16383];
const accounts = [Buffer.alloc(32), Buffer.alloc(32, 0xff), bytesOf('account')];
const addresses = prefixes.flatMap((prefix) =>
  accounts.map((account) => ({
    prefix,
    account: hex(account),
    address: encodeAddress(account, prefix),
  })),
);

console.log(JSON.stringify({ pairs, signatures, wrapped, addresses }, null, 1));
