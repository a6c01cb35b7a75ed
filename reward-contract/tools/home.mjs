// Where the module lies, and its settings of the compiler: those of foundry.toml.
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export const home = dirname(dirname(fileURLToPath(import.meta.url)))

const toml = readFileSync(`${home}/foundry.toml`, 'utf8')
const key = (name) => {
  const line = toml.match(new RegExp(`^${name} = (.*)$`, 'm'))
  if (!line) {
    throw new Error(`foundry.toml has no ${name}`)
  }
  return JSON.parse(line[1])
}

export const compilerSettings = {
  evmVersion: key('evm_version'),
  optimizer: { enabled: key('optimizer'), runs: key('optimizer_runs') },
  viaIR: key('via_ir'),
  remappings: key('remappings'),
  metadata: { bytecodeHash: key('bytecode_hash'), appendCBOR: key('cbor_metadata') }
}
