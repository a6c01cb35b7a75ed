// What the peer does on streams: a deterministic source of bytes, a reader, and the protocols it serves.
import { createHash } from 'node:crypto'

const CHUNK = 65536
const PATTERN = pattern()

// Serves as content of any length in which no two chunks in a row are alike.
function pattern () {
  const bytes = new Uint8Array(2 * CHUNK)
  let state = 0x9e3779b9
  for (let i = 0; i < bytes.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state
  }
  return bytes
}

/** Sends a number of bytes as fast as the stream takes them, and returns their hash. */
export async function pump (stream, count) {
  const hash = createHash('sha256')
  for (let sent = 0, n = 0; sent < count; n++) {
    const from = (n * 4099) % CHUNK
    const chunk = PATTERN.subarray(from, from + Math.min(CHUNK, count - sent))
    hash.update(chunk)
    await write(stream, chunk)
    sent += chunk.length
  }
  return hash.digest('hex')
}

export async function write (stream, bytes) {
  if (!stream.send(bytes)) await stream.onDrain()
}

/**
 * Hands everything that arrives to a function, until the other side has closed; rejects if the
 * stream is reset. Not 'for await', which misses a close that came before it began.
 */
export function drain (stream, onData) {
  return new Promise((resolve, reject) => {
    const end = error => {
      if (error) reject(error)
      else if (stream.status === 'reset' || stream.status === 'aborted') reject(new Error(`stream ${stream.status}`))
      else resolve()
    }
    stream.addEventListener('end', () => end())
    stream.addEventListener('close', event => end(event.error))
    if (stream.readableEnded) end()
    stream.addEventListener('message', event => {
      for (const part of parts(event.data)) onData(part)
    })
  })
}

function * parts (data) {
  if (data instanceof Uint8Array) yield data
  else yield * data // a list of arrays
}

/** Drains a stream and returns how much came and its hash. */
export async function collect (stream) {
  const hash = createHash('sha256')
  let bytes = 0
  await drain(stream, part => {
    hash.update(part)
    bytes += part.length
  })
  return { bytes, sha256: hash.digest('hex') }
}

export function uint64 (value) {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/** Reads the 8 bytes of a length, then calls back; what follows them goes to the second function. */
async function afterLength (stream, onData = () => {}) {
  const head = []
  await drain(stream, part => {
    const missing = 8 - head.length
    if (missing > 0) head.push(...part.subarray(0, missing))
    if (part.length > missing) onData(part.subarray(Math.max(0, missing)))
  })
  if (head.length < 8) throw new Error(`a length has 8 bytes, ${head.length} came`)
  return Number(new DataView(Uint8Array.from(head).buffer).getBigUint64(0))
}

/** The protocols that every peer serves, by id. */
export function protocols (event) {
  return {
    // Sends back what comes, and closes when the other side has.
    '/echo/1.0.0': async stream => {
      let queue = Promise.resolve()
      let queued = 0
      await drain(stream, part => {
        queued += part.length
        if (queued > 4 * CHUNK && stream.readStatus === 'readable') stream.pause()
        queue = queue.then(async () => {
          await write(stream, part)
          queued -= part.length
          if (queued <= CHUNK && stream.readStatus === 'paused') stream.resume()
        })
        queue.catch(() => {}) // reported by the reset
      })
      await queue
      await stream.close()
    },

    // Takes everything; answers its length (8 bytes) and SHA-256 (32 bytes).
    '/sink/1.0.0': async stream => {
      const { bytes, sha256 } = await collect(stream)
      await write(stream, uint64(bytes))
      await write(stream, Buffer.from(sha256, 'hex'))
      await stream.close()
    },

    // Takes a length (8 bytes) and a close; answers that many bytes.
    '/source/1.0.0': async stream => {
      await pump(stream, await afterLength(stream))
      await stream.close()
    },

    // Resets at the first byte.
    '/reset/1.0.0': async stream => {
      await drain(stream, () => stream.abort(new Error('as asked'))).catch(() => {})
    },

    // Never reads; tells when the other side gives up.
    '/hold/1.0.0': async stream => {
      stream.pause()
      event('held', { stream: stream.id })
      stream.addEventListener('close', e => event('released', { stream: stream.id, error: e.error ? String(e.error.message) : null, unread: stream.readBufferLength }))
    },

    '/perf/1.0.0': async stream => {
      await pump(stream, await afterLength(stream))
      await stream.close()
    }
  }
}
