export * from '@libp2p/utils'
export const isPrivate = address => address.toString().startsWith('/ip4/127.0.0.3/')
export const isPrivateIp = ip => ip === '127.0.0.3'
