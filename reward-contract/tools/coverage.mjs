// How much of contracts/ the tests run through. Fails below 95 % of lines and 90 % of branches.
import { readFileSync } from 'node:fs'
import { forge } from './forge.mjs'
import { home } from './home.mjs'

const LEAST = { lines: 95, branches: 90 }
const report = 'target/forge/lcov.info'
const run = forge(['coverage', '--report', 'lcov', '--report-file', report])
if (run.status !== 0) {
  console.error(run.output)
  process.exit(1)
}
const sum = { lines: [0, 0], branches: [0, 0], functions: [0, 0] }
const open = []
let file = ''
let fields = {}
for (const line of readFileSync(`${home}/${report}`, 'utf8').split('\n')) {
  const [tag, value] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]
  if (tag === 'SF') {
    [file, fields] = [value, {}]
  } else if (['LF', 'LH', 'BRF', 'BRH', 'FNF', 'FNH'].includes(tag)) {
    fields[tag] = Number(value)
  } else if (file.startsWith('contracts/') && ((tag === 'DA' && value.endsWith(',0')) || (tag === 'BRDA' && /,(0|-)$/.test(value)))) {
    open.push(`${file}: ${line}`)
  } else if (line === 'end_of_record' && file.startsWith('contracts/')) {
    for (const [name, found, hit] of [['lines', 'LF', 'LH'], ['branches', 'BRF', 'BRH'], ['functions', 'FNF', 'FNH']]) {
      sum[name][0] += fields[hit]
      sum[name][1] += fields[found]
    }
  }
}
for (const [name, [hit, found]] of Object.entries(sum)) {
  const share = 100 * hit / found
  console.log(`${name}: ${hit} of ${found}, ${share.toFixed(1)} %`)
  if (!(share >= (LEAST[name] ?? 0))) {
    process.exitCode = 1
  }
}
open.forEach((each) => console.log(`not run: ${each}`))
