// Runs forge offline, with the settings of foundry.toml.
import { spawnSync } from 'node:child_process'
import { home } from './home.mjs'

const binary = `${home}/node_modules/@foundry-rs/forge-linux-amd64/bin/forge`

/** Runs forge and returns {status, output}; where it shows itself, output is empty. */
export function forge (given, { cwd = home, env = {}, shows = false } = {}) {
  const run = spawnSync(binary, given, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: shows ? 'inherit' : 'pipe',
    maxBuffer: 64 << 20
  })
  if (run.error) {
    throw new Error(`forge does not run here: ${run.error.message}`)
  }
  return { status: run.status, output: shows ? '' : `${run.stdout}${run.stderr}` }
}
