// Installs what package-lock.json names, once: the compiler alone, or the tools of the tests too.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { home } from './home.mjs'

/** @param {'compiler' | 'everything'} what */
export function install (what) {
  const mark = `${home}/node_modules/.installed`
  const lock = createHash('sha256').update(readFileSync(`${home}/package-lock.json`)).digest('hex')
  const has = existsSync(mark) ? readFileSync(mark, 'utf8') : ''
  if (has === `everything ${lock}` || has === `${what} ${lock}`) {
    return
  }
  const done = spawnSync('npm', what === 'compiler' ? ['ci', '--omit=dev', '--omit=optional'] : ['ci'], { cwd: home, stdio: 'inherit' })
  if (done.error || done.status !== 0) {
    throw new Error(`npm ci does not work here: ${done.error?.message ?? `it ended with ${done.status}`}`)
  }
  writeFileSync(mark, `${what} ${lock}`)
}
