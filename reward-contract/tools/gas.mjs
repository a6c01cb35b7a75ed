// What settling costs, as whole transactions on anvil. Compares with gas-snapshot.json, to the unit of gas.
//
//   node tools/gas.mjs            fails if anything costs more or less than the snapshot says, or more than its goal
//   node tools/gas.mjs update     writes the snapshot
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { SigningKey, TypedDataEncoder, computeAddress, concat, toBeHex } from 'ethers'
import { deploy, send, withChain } from './chain.mjs'
import { home } from './home.mjs'

const SNAPSHOT = `${home}/gas-snapshot.json`
const GOALS = {
  'redeem one voucher, steady': 70_000,
  'redeem one voucher, hot key, steady': 70_000,
  'redeemPacked of 100 payees, each, steady': 28_000,
  'settleSigned of 100 payees, each, steady': 23_000
}
const COIN = 10n ** 18n
const FAR = 4_000_000_000n
const MANY = 100
const GIB = 1n << 30n
// Anybody can compute these keys; no money will ever be sent to them.
const key = (number) => new SigningKey(toBeHex(number, 32))
const person = (number) => computeAddress(key(number))
const fields = (text) => text.split(',').map((field) => ({ type: field.split(' ')[0], name: field.split(' ')[1] }))
const VOUCHER = {
  Voucher: fields('address payer,address payee,uint64 lane,uint128 amount,uint64 bytesServed,uint64 expiry,bytes32 receiptsRoot')
}
const SETTLEMENT = { Settlement: fields('address payer,uint64 lane,uint64 expiry,bytes entries') }

async function measure (provider) {
  const gas = {}
  const accounts = await provider.send('eth_accounts', [])
  const [payer, payee] = accounts
  const { contract: token } = await deploy(provider, payer, 'DevToken')
  const { contract: ledger, gas: deployed } = await deploy(provider, payer, 'CessCdnLedger', await token.getAddress(), {
    feeBps: 500, burnBps: 4000, kappaBps: 5000, thawSeconds: 432000, exitSeconds: 1209600, pauseSeconds: 259200, minStake: COIN, guardian: payer
  })
  gas.deploy = deployed
  const there = await ledger.getAddress()
  const domain = { name: 'CessCdnLedger', version: '1', chainId: 31337, verifyingContract: there }
  const call = async (from, name, ...given) =>
    Number((await send(provider, from, there, ledger.interface.encodeFunctionData(name, given))).gasUsed)
  const sendToken = (from, name, ...given) =>
    send(provider, from, token.target, token.interface.encodeFunctionData(name, given))

  // Payers whose keys are known here, so that they can sign; anvil lets anybody be impersonated.
  const become = async (who) => {
    await provider.send('anvil_setBalance', [who, '0x56bc75e2d63100000'])
    await provider.send('anvil_impersonateAccount', [who])
    await sendToken(who, 'mint', who, 1_000_000n * COIN)
    await sendToken(who, 'approve', there, 1n << 255n)
  }
  const signed = (number, voucher) => key(number).sign(TypedDataEncoder.hash(domain, VOUCHER, voucher)).compactSerialized
  const voucher = (who, to, lane, amount) => ({
    payer: person(who), payee: to, lane, amount, bytesServed: amount / COIN * GIB + 12345n, expiry: FAR, receiptsRoot: '0x' + 'a7'.repeat(32)
  })
  const pack = (v, signature) => concat([
    v.payer, v.payee, toBeHex(v.lane, 8), toBeHex(v.amount, 16), toBeHex(v.bytesServed, 8), toBeHex(v.expiry, 8), v.receiptsRoot, signature
  ])
  const redeem = (who, to, lane, amount, signer = who) => {
    const v = voucher(who, to, lane, amount)
    return call(accounts[2], 'redeem', v, signed(signer, v))
  }
  const amounts = (round) => 3_141_592_653_589_793n * BigInt(round) * 1000n

  const P = 0x1001
  await become(person(P))
  gas['deposit, first'] = await call(person(P), 'deposit', person(P), 100_000n * COIN)
  gas['deposit, more'] = await call(person(P), 'deposit', person(P), 100_000n * COIN)
  gas['redeem one voucher, first of the payee'] = await redeem(P, payee, 1, amounts(1))
  gas['redeem one voucher, steady'] = await redeem(P, payee, 1, amounts(2))
  await call(person(P), 'authorizeSigner', person(0x2001), 2, 1_000n * COIN, FAR)
  await redeem(P, payee, 2, amounts(1), 0x2001)
  gas['redeem one voucher, hot key, steady'] = await redeem(P, payee, 2, amounts(2), 0x2001)
  await call(person(P), 'reserve', payee, 1_000n * COIN)
  gas['redeem one voucher, hot key, reserved, steady'] = await redeem(P, payee, 2, amounts(3), 0x2001)
  gas['withdraw, first'] = await call(payee, 'withdraw', payee, COIN)
  gas['withdraw, steady'] = await call(payee, 'withdraw', payee, COIN)
  await call(payee, 'claimSubsidy', payee)
  await redeem(P, payee, 1, amounts(4))
  gas['claimSubsidy, steady'] = await call(payee, 'claimSubsidy', payee)

  const payees = Array.from({ length: MANY }, (_, i) => person(0x3000 + i))
  // A payer without reservations, as most are.
  const Q = 0x1002
  await become(person(Q))
  await call(person(Q), 'deposit', person(Q), 100_000n * COIN)
  const packed = (round) => concat(payees.map((to) => {
    const v = voucher(Q, to, 1, amounts(round))
    return pack(v, signed(Q, v))
  }))
  const each = (all) => Math.ceil(all / MANY)
  gas['redeemPacked of 100 payees, each, first'] = each(await call(accounts[2], 'redeemPacked', packed(1)))
  gas['redeemPacked of 100 payees, each, steady'] = each(await call(accounts[2], 'redeemPacked', packed(2)))
  const vouchers = payees.map((to) => voucher(Q, to, 1, amounts(3)))
  gas['redeemMany of 100 payees, each, steady'] = each(
    await call(accounts[2], 'redeemMany', vouchers, vouchers.map((v) => signed(Q, v))))
  const settle = (round) => {
    const entries = concat(payees.map((to) => concat([to, toBeHex(amounts(round), 16), toBeHex(amounts(round) / COIN * GIB + 12345n, 8)])))
    const digest = TypedDataEncoder.hash(domain, SETTLEMENT, { payer: person(Q), lane: 1, expiry: FAR, entries })
    return call(person(Q), 'settleSigned', person(Q), 1, FAR, entries, key(Q).sign(digest).compactSerialized)
  }
  gas['settleSigned of 100 payees, each, steady'] = each(await settle(4))

  for (let i = 0; i < MANY; i++) {
    await become(person(0x4000 + i))
    await call(person(0x4000 + i), 'deposit', person(0x4000 + i), 100n * COIN)
  }
  const ofPayers = (round) => concat(payees.map((_, i) => {
    const v = voucher(0x4000 + i, payee, 1, amounts(round))
    return pack(v, signed(0x4000 + i, v))
  }))
  await call(payee, 'redeemPacked', ofPayers(1))
  gas['redeemPacked of 100 payers, each, steady'] = each(await call(payee, 'redeemPacked', ofPayers(2)))
  return gas
}

const gas = await withChain(measure)
if (process.argv[2] === 'update') {
  writeFileSync(SNAPSHOT, JSON.stringify(gas, null, 2) + '\n')
}
const before = existsSync(SNAPSHOT) ? JSON.parse(readFileSync(SNAPSHOT, 'utf8')) : {}
let wrong = 0
for (const [name, used] of Object.entries(gas)) {
  const goal = GOALS[name]
  const notes = []
  if (before[name] !== used) {
    notes.push(`the snapshot says ${before[name]}`)
  }
  if (goal !== undefined && used > goal) {
    notes.push(`the goal is ${goal}`)
  }
  wrong += notes.length
  console.log(`${String(used).padStart(9)}  ${name}${notes.map((note) => `  <- ${note}`).join('')}`)
}
process.exitCode = wrong === 0 ? 0 : 1
