// A fresh anvil chain on a free loopback port, and the contracts on it. Everything about it is the same each time.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Contract, ContractFactory, JsonRpcProvider } from 'ethers'
import { home } from './home.mjs'

export const START = 1_800_000_000

const artifact = (name) => ({
  abi: JSON.parse(readFileSync(`${home}/target/contract/${name}.abi`, 'utf8')),
  bin: readFileSync(`${home}/target/contract/${name}.bin`, 'utf8')
})

/** Runs a task with a chain that ends with it. */
export async function withChain (task) {
  const anvil = spawn(
    `${home}/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil`,
    ['--port', '0', '--timestamp', String(START), '--hardfork', 'cancun', '--disable-console-log'],
    { stdio: ['ignore', 'pipe', 'inherit'] }
  )
  try {
    const url = await new Promise((resolve, reject) => {
      anvil.on('error', reject)
      anvil.on('exit', (code) => reject(new Error(`anvil ended with ${code}`)))
      createInterface({ input: anvil.stdout }).on('line', (line) => {
        const listens = line.match(/^Listening on (127\.0\.0\.1:\d+)$/)
        if (listens) {
          resolve(`http://${listens[1]}`)
        }
      })
    })
    const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1 })
    provider.pollingInterval = 10
    try {
      return await task(provider)
    } finally {
      provider.destroy()
    }
  } finally {
    anvil.kill()
  }
}

async function receiptOf (provider, hash) {
  for (let tries = 0; tries < 500; tries++) {
    const receipt = await provider.send('eth_getTransactionReceipt', [hash])
    if (receipt) {
      return receipt
    }
    await setTimeout(10)
  }
  throw new Error(`${hash} is not mined`)
}

/** Sends a call from one of the chain's own accounts and returns its receipt. */
export async function send (provider, from, to, data) {
  const hash = await provider.send('eth_sendTransaction', [{ from, to, data, gas: '0x1c9c380' }])
  const receipt = await receiptOf(provider, hash)
  if (receipt.status !== '0x1') {
    throw new Error(`a call of ${data.slice(0, 10)} was reverted`)
  }
  return receipt
}

/** Deploys a contract. */
export async function deploy (provider, from, name, ...parameters) {
  const { abi, bin } = artifact(name)
  const { data } = await new ContractFactory(abi, bin).getDeployTransaction(...parameters)
  const receipt = await send(provider, from, undefined, data)
  return { contract: new Contract(receipt.contractAddress, abi, provider), gas: Number(receipt.gasUsed) }
}
