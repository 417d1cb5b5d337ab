import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { test } from 'tap'
import { PODS, stage, tlsOf } from '../testing/connection-stage.ts'

/** A message of a websocket's client, with a mask that changes nothing; the package knows no protocols with slashes in their names. */
const maskedFrame = (payload: Buffer): Buffer => {
  const head = Buffer.alloc(14)
  head.writeUInt16BE(0x82ff, 0)
  head.writeBigUInt64BE(BigInt(payload.length), 2)
  return Buffer.concat([head, payload])
}

/** What is in the whole messages of a websocket's server. */
const payloadOf = (bytes: Buffer): Buffer => {
  const pieces: Buffer[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = bytes[at + 1] as number
    const start = at + (short === 127 ? 10 : short === 126 ? 4 : 2)
    if (start > bytes.length) break
    const length = short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short === 126 ? bytes.readUInt16BE(at + 2) : short
    if (start + length > bytes.length) break
    pieces.push(bytes.subarray(start, start + length))
    at = start + length
  }
  return Buffer.concat(pieces)
}

test('forwarded ports travel in the messages of a websocket', async (t) => {
  const { server, kubelet } = await stage(t)
  kubelet.script = {
    upgrade: (_request, socket) => {
      const head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n'
      socket.write(`${head}X-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n`)
      socket.pipe(socket)
    },
  }
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16, 1).toString('base64'),
    'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io, other',
  }
  const path = `${PODS}/live/portforward`
  const asked = httpsRequest({ host: '127.0.0.1', port: server.port, path, headers, agent: false, ...tlsOf(server) }).end()
  const [answer, socket, head] = (await once(asked, 'upgrade')) as [IncomingMessage, Duplex, Buffer]
  t.equal(answer.headers['sec-websocket-protocol'], 'SPDY/3.1+portforward.k8s.io')
  const sent = Buffer.alloc(300_000, 7)
  socket.write(maskedFrame(sent))
  const received = [head]
  socket.on('data', (bytes: Buffer) => received.push(bytes))
  while (payloadOf(Buffer.concat(received)).length < sent.length) await once(socket, 'data')
  t.ok(payloadOf(Buffer.concat(received)).equals(sent))
  socket.destroy()
})
