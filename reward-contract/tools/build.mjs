// Compiles the contracts of contracts/ to target/contract: NAME.abi and NAME.bin, as client and tools read them.
//
//   node tools/build.mjs
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compilerSettings, home } from './home.mjs'
import { install } from './install.mjs'

const out = `${home}/target/contract`
const wanted = { 'contracts/CessCdnLedger.sol': 'CessCdnLedger', 'contracts/dev/DevToken.sol': 'DevToken' }

install('compiler')
const own = readdirSync(`${home}/contracts`, { recursive: true })
  .filter((name) => name.endsWith('.sol'))
  .map((name) => `contracts/${name}`)
  .sort()
const hash = createHash('sha256').update(JSON.stringify(compilerSettings))
for (const name of [...own, 'package-lock.json', 'tools/build.mjs']) {
  hash.update(name).update(readFileSync(`${home}/${name}`))
}
const mark = hash.digest('hex')
if (existsSync(`${out}/built-from`) && readFileSync(`${out}/built-from`, 'utf8') === mark) {
  process.exit(0)
}

const solc = createRequire(import.meta.url)('solc')
const input = {
  language: 'Solidity',
  sources: Object.fromEntries(own.map((name) => [name, { content: readFileSync(`${home}/${name}`, 'utf8') }])),
  settings: { ...compilerSettings, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } }
}
const findImport = (path) => ({ contents: readFileSync(`${home}/${path}`, 'utf8') })
const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }))
// Warnings of our own are errors; those of libraries are for their makers.
const complaints = (output.errors ?? [])
  .filter((each) => each.severity === 'error' || own.includes(each.sourceLocation?.file))
if (complaints.length > 0) {
  for (const each of complaints) {
    console.error(each.formattedMessage)
  }
  process.exit(1)
}
mkdirSync(out, { recursive: true })
for (const [source, name] of Object.entries(wanted)) {
  const contract = output.contracts[source][name]
  writeFileSync(`${out}/${name}.abi`, JSON.stringify(contract.abi, null, 1) + '\n')
  writeFileSync(`${out}/${name}.bin`, contract.evm.bytecode.object)
}
writeFileSync(`${out}/built-from`, mark)
