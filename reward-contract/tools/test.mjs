// Tests the contracts.
//
//   node tools/test.mjs            forge's tests, the bytecode, gas, and a sample of the mutants
//   node tools/test.mjs thorough   longer fuzzing, coverage and all mutants
import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { forge } from './forge.mjs'
import { home } from './home.mjs'
import { install } from './install.mjs'

function must (what, isWell) {
  if (!isWell) {
    console.error(`contract tests: ${what} failed`)
    process.exit(1)
  }
}

function node (...given) {
  return spawnSync(process.execPath, given, { cwd: home, stdio: 'inherit' }).status === 0
}

install('everything')
if (process.argv[2] === 'thorough') {
  must('forge test', forge(['test'], { env: { FOUNDRY_PROFILE: 'nightly' }, shows: true }).status === 0)
  must('coverage', node('tools/coverage.mjs'))
  must('mutants', node('tools/mutants.mjs'))
} else {
  const tests = forge(['test'])
  console.log(tests.output.trim().split('\n').filter((line) => !line.startsWith('[PASS]')).join('\n'))
  must('forge test', tests.status === 0)
  const tested = JSON.parse(readFileSync(`${home}/target/forge/out/CessCdnLedger.sol/CessCdnLedger.json`, 'utf8'))
  const shipped = readFileSync(`${home}/target/contract/CessCdnLedger.bin`, 'utf8')
  must('comparing what is tested with what is shipped', tested.bytecode.object === `0x${shipped}`)
  must('gas', node('tools/gas.mjs'))
  must('mutants', node('tools/mutants.mjs', 'sample'))
}
