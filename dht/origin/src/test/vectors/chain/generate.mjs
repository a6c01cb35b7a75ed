// Makes ../../resources/vectors/chain.json with Polkadot's own JavaScript libraries, so that the
// Java codecs are checked against bytes they did not write themselves. In an empty directory:
//
//   npm install @polkadot/types@16.5.6 @polkadot/util-crypto@14.0.3
//   cp .../src/test/vectors/chain/generate.mjs . && node generate.mjs seeds > chain.json
//
// The directory given holds the fuzz tests' first inputs, ../../resources/io/tributary/origin/chain.
import { TypeRegistry } from '@polkadot/types';
import { compactToU8a, hexToU8a, u8aToHex, u8aConcat, stringToU8a } from '@polkadot/util';
import {
  blake2AsHex, blake2AsU8a, cryptoWaitReady, encodeAddress, sr25519PairFromSeed, sr25519Sign, xxhashAsHex,
} from '@polkadot/util-crypto';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';

await cryptoWaitReady();
const registry = new TypeRegistry();
// The extensions of CESS's runtime, in its order; its own CheckMqSequence takes no bytes.
registry.setSignedExtensions(
  ['CheckNonZeroSender', 'CheckSpecVersion', 'CheckTxVersion', 'CheckGenesis', 'CheckMortality', 'CheckNonce',
    'CheckWeight', 'CheckMqSequence', 'ChargeTransactionPayment'],
  { CheckMqSequence: { extrinsic: {}, payload: {} } },
);
registry.register({
  Hash64: '[u8; 64]',
  SegmentInfo: { hash: 'Hash64', fragment_list: 'Vec<FragmentInfo>' },
  FragmentInfo: { hash: 'Hash64', avail: 'bool', tag: 'Option<u32>', miner: 'AccountId32' },
  UserBrief: { user: 'AccountId32', file_name: 'Bytes', territory_name: 'Bytes' },
  FileInfo: {
    segment_list: 'Vec<SegmentInfo>', owner: 'Vec<UserBrief>', file_size: 'u128', completion: 'u32', stat: 'u8',
  },
  SegmentList: { hash: 'Hash64', fragment_list: 'Vec<Hash64>' },
  CompleteInfo: { index: 'u8', miner: 'AccountId32' },
  DealInfo: {
    file_size: 'u128', segment_list: 'Vec<SegmentList>', user: 'UserBrief', complete_list: 'Vec<CompleteInfo>',
  },
  SpaceProofInfo: {
    miner: 'AccountId32', front: 'u64', rear: 'u64', pois_key: '([u8; 256], [u8; 256])', accumulator: '[u8; 256]',
  },
  MinerInfo: {
    beneficiary: 'AccountId32', staking_account: 'AccountId32', endpoint: 'Bytes', collaterals: 'u128', debt: 'u128',
    state: 'Bytes', declaration_space: 'u128', idle_space: 'u128', service_space: 'u128', lock_space: 'u128',
    space_proof_info: 'Option<SpaceProofInfo>', service_bloom_filter: '[u64; 256]', tee_signature: '[u8; 64]',
  },
  OssInfo: { peer_id: '[u8; 38]', domain: 'Bytes' },
});

const sha = text => createHash('sha256').update(text).digest('hex');
const ascii = text => u8aToHex(stringToU8a(text));
const account = name => '0x' + sha('account ' + name);
const scale = (type, value) => u8aToHex(registry.createType(type, value).toU8a());
const raw = (type, value) => registry.createType(type, value).toU8a();

const fid = sha('a file');
const segments = [0, 1].map(s => ({
  hash: sha(`segment ${s}`),
  fragments: Array.from({ length: 12 }, (_, column) => sha(`fragment ${s} ${column}`)),
}));
const sizeBytes = (32 << 20) + 12345;
const owners = [
  { account: account('owner 0'), fileName: 'holiday film.mp4', territory: 'home' },
  { account: account('owner 1'), fileName: 'Fünf Äpfel 🍏', territory: 'büro' },
];
const brief = o => ({ user: o.account, file_name: o.fileName, territory_name: o.territory });
const seat = (s, column) => ({ available: (s + column) % 3 !== 0, tag: column % 2 ? 1000 + column : null, miner: account(`miner ${column}`) });

const file = scale('FileInfo', {
  segment_list: segments.map((segment, s) => ({
    hash: ascii(segment.hash),
    fragment_list: segment.fragments.map((hash, column) => {
      const { available, tag, miner } = seat(s, column);
      return { hash: ascii(hash), avail: available, tag, miner };
    }),
  })),
  owner: owners.map(brief), file_size: sizeBytes, completion: 77, stat: 3,
});
const segmentList = segments.map(s => ({ hash: ascii(s.hash), fragment_list: s.fragments.map(ascii) }));
const reports = [{ index: 12, miner: account('miner 11') }, { index: 1, miner: account('miner 0') }];
const deal = scale('DealInfo', {
  file_size: sizeBytes, segment_list: segmentList, user: brief(owners[0]), complete_list: reports,
});

const minerFields = {
  beneficiary: account('beneficiary'), staking_account: account('staker'),
  endpoint: ascii('http://miner.example:15001\0\0\0\0'),
  collaterals: '340282366920938463463374607431768211455', debt: '12', state: 'positive',
  declaration_space: '1099511627776', idle_space: 5, service_space: 6, lock_space: 7,
  service_bloom_filter: Array.from({ length: 256 }, (_, i) => i), tee_signature: new Uint8Array(64).fill(9),
};
const minerWithProof = scale('MinerInfo', {
  ...minerFields,
  space_proof_info: {
    miner: account('miner 0'), front: 1, rear: 2,
    pois_key: [new Uint8Array(256).fill(1), new Uint8Array(256).fill(2)], accumulator: new Uint8Array(256).fill(3),
  },
});
const minerWithoutProof = scale('MinerInfo', {
  ...minerFields, space_proof_info: null, service_bloom_filter: Array(256).fill(0), tee_signature: new Uint8Array(64),
});
const peerId = u8aToHex(u8aConcat(stringToU8a('CESS CD2N OFFICAL POOL'), new Uint8Array(16)));
const gateway = scale('OssInfo', { peer_id: peerId, domain: 'http://gateway.example:1306' });

const key = (pallet, item, k) =>
  xxhashAsHex(pallet, 128) + xxhashAsHex(item, 128).slice(2) + blake2AsHex(k, 128).slice(2) + u8aToHex(k).slice(2);
const acc = hexToU8a(account('miner 0'));

// Extrinsics, put together from Polkadot's types.
const seed = hexToU8a('0x' + sha('a seed'));
const pair = sr25519PairFromSeed(seed);
const genesis = '0x' + sha('genesis');
const calls = {
  upload: u8aConcat([104, 0], raw('Hash64', ascii(fid)), raw('Vec<SegmentList>', segmentList),
    raw('UserBrief', brief(owners[1])), raw('u128', sizeBytes)),
  report: u8aConcat([104, 3], [12], raw('Hash64', ascii(fid))),
  remove: u8aConcat([104, 6], raw('AccountId32', owners[0].account), raw('Hash64', ascii(fid))),
};
const extrinsics = Object.fromEntries(Object.entries(calls).map(([name, call], i) => {
  const nonce = [0, 70, 20000][i];
  const tip = ['0', '0', '1000000000000000000000'][i];
  const payload = registry.createType('ExtrinsicPayload', {
    method: u8aToHex(call), era: '0x00', nonce, tip, specVersion: 133, transactionVersion: 1,
    genesisHash: genesis, blockHash: genesis,
  }, { version: 4 }).toU8a({ method: true });
  const signed = payload.length > 256 ? blake2AsU8a(payload, 256) : payload;
  const signature = sr25519Sign(signed, pair);
  const body = u8aConcat([0x84], [0x00], pair.publicKey, [0x01], signature, [0x00],
    compactToU8a(nonce), compactToU8a(BigInt(tip)), call);
  return [name, {
    nonce, tip, call: u8aToHex(call), signedMessage: u8aToHex(signed), signature: u8aToHex(signature),
    extrinsic: u8aToHex(u8aConcat(compactToU8a(body.length), body)), hash: blake2AsHex(u8aConcat(compactToU8a(body.length), body), 256),
  }];
}));

const big = n => (1n << BigInt(n));
const compact = [0n, 1n, 42n, 63n, 64n, 69n, 16383n, 16384n, 65535n, 1073741823n, 1073741824n, 4294967295n,
  4294967296n, 100000000000000n, big(63) - 1n, big(64) - 1n, big(64), big(128) - 1n, big(535), big(536) - 1n]
  .map(n => ({ value: n.toString(), scale: u8aToHex(compactToU8a(n)) }));

console.log(JSON.stringify({
  madeBy: '@polkadot/types 16.5.6, @polkadot/util-crypto; see src/test/vectors/chain/generate.mjs',
  twox128: ['System', 'Account', 'FileBank', 'File', 'DealMap', 'Sminer', 'MinerItems', 'Oss', '',
    'a name of more than thirty-two bytes, so that all lanes are used'].map(name => ({ name, hash: xxhashAsHex(name, 128) })),
  blake2b128: ['', 'abc'].map(text => ({ text, hash: blake2AsHex(stringToU8a(text), 128) })),
  compact,
  u128: ['0', '1', '340282366920938463463374607431768211455'].map(value => ({ value, scale: scale('u128', value) })),
  keys: {
    account: account('miner 0'),
    file: key('FileBank', 'File', stringToU8a(fid)), deal: key('FileBank', 'DealMap', stringToU8a(fid)),
    miner: key('Sminer', 'MinerItems', acc), gateway: key('Oss', 'Oss', acc),
  },
  content: { fid, sizeBytes, segments, owners, seats: segments.map((_, s) => segments[s].fragments.map((_, c) => seat(s, c))) },
  file, deal, minerWithProof, minerWithoutProof, gateway, peerId,
  signing: {
    publicKey: u8aToHex(pair.publicKey), address: encodeAddress(pair.publicKey, 11330), genesis, specVersion: 133, transactionVersion: 1,
    extrinsics,
  },
}, null, 1));

const firstInput = (test, name, bytes) => {
  const directory = `${process.argv[2]}/${test}`;
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${directory}/${name}`, bytes);
};
const records = 'UntrustedBytesFuzzTestInputs';
firstInput(`${records}/file`, 'valid', hexToU8a(file));
firstInput(`${records}/deal`, 'valid', hexToU8a(deal));
firstInput(`${records}/miner`, 'valid', hexToU8a(minerWithProof));
firstInput(`${records}/gateway`, 'valid', hexToU8a(gateway));
for (const [name, { extrinsic }] of Object.entries(extrinsics)) {
  firstInput(`${records}/extrinsic`, name, hexToU8a(extrinsic));
}
firstInput(`${records}/storageKey`, 'file', key('FileBank', 'File', stringToU8a(fid)));
firstInput(`${records}/storageKey`, 'miner', key('Sminer', 'MinerItems', acc));
compact.forEach(({ value, scale: bytes }) => firstInput(`${records}/compactInteger`, value.slice(0, 40), hexToU8a(bytes)));
for (const test of ['response', 'responseAsText']) {
  firstInput(`rpc/JsonRpcFuzzTestInputs/${test}`, 'result', '{"jsonrpc":"2.0","id":7,"result":[{"number":"0x1a"},"0x00",5,null]}');
  firstInput(`rpc/JsonRpcFuzzTestInputs/${test}`, 'error', '{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no","data":"x"}}');
  firstInput(`rpc/JsonRpcFuzzTestInputs/${test}`, 'notification', '{"jsonrpc":"2.0","method":"news","params":{}}');
}
