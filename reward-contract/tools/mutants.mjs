// Plants the bugs of mutants/ one by one, and runs the tests that must each find theirs.
//
//   node tools/mutants.mjs           all of them
//   node tools/mutants.mjs sample    a few
//   node tools/mutants.mjs NAME...   these
//
// The first line of a patch names the tests: Killed-by: FILE TESTS, as in test/FILE.t.sol and a pattern.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { spawn, spawnSync } from 'node:child_process'
import { home } from './home.mjs'
import { install } from './install.mjs'

const WORKERS = 2
const SAMPLE = ['whole-amount-is-paid-each-time', 'credit-is-withdrawn-again']
const forge = `${home}/node_modules/@foundry-rs/forge-linux-amd64/bin/forge`

install('everything')
const all = readdirSync(`${home}/mutants`).map((file) => file.replace(/\.patch$/, '')).sort()
const given = process.argv.slice(2)
const chosen = given[0] === 'sample' ? SAMPLE : given.length > 0 ? given : all

/** Returns why a mutant is not killed; nothing if it is. */
async function survives (name, place) {
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  for (const part of ['contracts', 'test', 'tools', 'foundry.toml']) {
    cpSync(`${home}/${part}`, `${place}/${part}`, { recursive: true })
  }
  symlinkSync(`${home}/node_modules`, `${place}/node_modules`)
  const patch = `${home}/mutants/${name}.patch`
  const [, file, tests] = readFileSync(patch, 'utf8').match(/^Killed-by: (\S+) (\S+)\n/)
  const applied = spawnSync('patch', ['-p1', '--fuzz=0', '-i', patch], { cwd: place })
  if (applied.status !== 0) {
    return `the patch does not apply: ${applied.error?.message ?? applied.stdout}`
  }
  // Unoptimized, because that compiles faster.
  const run = spawn(forge, ['test', '--match-path', `test/${file}.t.sol`, '--match-test', tests], {
    cwd: place,
    env: { ...process.env, NO_COLOR: '1', FOUNDRY_OPTIMIZER: 'false' }
  })
  let output = ''
  run.stdout.on('data', (more) => { output += more })
  run.stderr.on('data', (more) => { output += more })
  const status = await new Promise((resolve, reject) => run.on('error', reject).on('close', resolve))
  rmSync(place, { recursive: true, force: true })
  if (status !== 0 && /^\[FAIL/m.test(output)) {
    return ''
  }
  return status === 0 ? `${file} ${tests} did not notice` : `the tests did not run: ${output.slice(-2000)}`
}

let survivors = 0
const waiting = [...chosen]
await Promise.all(Array.from({ length: Math.min(WORKERS, waiting.length) }, async (_, worker) => {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const why = await survives(name, `${home}/target/mutants/${worker}`)
    console.log(why ? `SURVIVED  ${name}: ${why}` : `killed    ${name}`)
    survivors += why ? 1 : 0
  }
}))
console.log(`${chosen.length - survivors} of ${chosen.length} mutants killed`)
process.exitCode = survivors === 0 ? 0 : 1
