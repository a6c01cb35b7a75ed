#!/usr/bin/env node
// npm's solc, as forge calls a native one: --version, and --standard-json from stdin to stdout.
const solc = require('solc')

// Forge also names the paths it allows; all sources are in its input anyway.
const asks = (flag) => process.argv.includes(flag)
if (asks('--version')) {
  const version = solc.version().replace('Emscripten.clang', 'Linux.g++')
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${version}`)
} else if (asks('--standard-json')) {
  const chunks = []
  process.stdin.on('data', (chunk) => chunks.push(chunk))
  process.stdin.on('end', () => {
    const output = solc.compile(Buffer.concat(chunks).toString('utf8'))
    process.stdout.write(output, () => process.exit(0))
  })
} else {
  console.error('usage: solc.cjs --version | --standard-json')
  process.exit(2)
}
