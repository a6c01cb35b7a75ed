// Reads one JSON request a line from standard input and answers one JSON line each:
//   {"account":hex,"message":hex,"signature":hex} -> {"utilCrypto":bool,"schnorrkel":bool}
//   {"address":text}                              -> {"account":hex} or {"error":text}
import { createInterface } from 'node:readline';
import { cryptoWaitReady, decodeAddress, sr25519Verify } from '@polkadot/util-crypto';
import * as schnorrkel from '@polkadot/wasm-crypto';

await cryptoWaitReady();
await schnorrkel.waitReady();

const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const orFalse = (verdict) => {
  try {
    return verdict();
  } catch {
    return false;
  }
};

function answer(request) {
  if ('address' in request) {
    try {
      return { account: Buffer.from(decodeAddress(request.address)).toString('hex') };
    } catch (e) {
      return { error: e.message };
    }
  }
  const [account, message, signature] = ['account', 'message', 'signature'].map((key) =>
    bytes(request[key]),
  );
  return {
    utilCrypto: orFalse(() => sr25519Verify(message, signature, account)),
    schnorrkel: orFalse(() => schnorrkel.sr25519Verify(signature, message, account)),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line))));
}
