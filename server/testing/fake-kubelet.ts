// A kubelet for tests: TLS, and handlers for what the server asks of it. Speaks SPDY as far as streams that echo.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { controlFrame, dataFrames, endFrame, FrameReader, frameTypes } from '../streaming/spdy-frames.ts'

export interface SpdyPeer {
  /** Names of the streams that were opened, with their numbers. */
  readonly streams: ReadonlyMap<string, number>
  say(stream: string, text: string): void
  finish(stream: string): void
}

export interface KubeletScript {
  answer?(request: IncomingMessage, response: ServerResponse): void
  /** Where absent, upgrades get a 400. */
  upgrade?(request: IncomingMessage, socket: Duplex): void
}

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n'

/** Answers an upgrade with SPDY; `heard` runs for each stream opened ('' text), its data, and its end (undefined). */
export const speakSpdy = (
  socket: Duplex,
  protocol: string,
  heard: (peer: SpdyPeer, stream: string, text: string | undefined) => void,
): void => {
  socket.write(`${SWITCHING}Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`)
  const streams = new Map<string, number>()
  const nameOf = (id: number): string => [...streams].find(([, number]) => number === id)?.[0] ?? ''
  const peer: SpdyPeer = {
    streams,
    say: (stream, text) => {
      for (const frame of dataFrames(streams.get(stream) as number, Buffer.from(text))) socket.write(frame)
    },
    finish: (stream) => void socket.write(endFrame(streams.get(stream) as number)),
  }
  const reader = new FrameReader({
    control: (type, payload) => {
      if (type !== frameTypes.synStream) return
      const id = payload.readUInt32BE(0)
      const name = /streamtype[\s\S]{4}([a-z]+)/.exec(payload.toString('latin1'))?.[1] ?? ''
      streams.set(name, id)
      socket.write(controlFrame(frameTypes.synReply, Buffer.from([...payload.subarray(0, 4), 0, 0])))
      heard(peer, name, '')
    },
    data: (id, bytes) => heard(peer, nameOf(id), bytes.toString()),
    ended: (id) => heard(peer, nameOf(id), undefined),
  })
  socket.on('data', (bytes: Buffer) => reader.read(bytes))
  socket.on('error', () => undefined)
}

export class FakeKubelet {
  readonly #server: Server
  readonly #sockets = new Set<Duplex>()
  script: KubeletScript = {}

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(tls: { cert: string; key: string }): Promise<FakeKubelet> {
    const server = createServer(tls)
    const kubelet = new FakeKubelet(server)
    server.on('request', (request, response) => {
      if (kubelet.script.answer) kubelet.script.answer(request, response)
      else response.end()
    })
    server.on('upgrade', (request, socket) => {
      if (kubelet.script.upgrade) kubelet.script.upgrade(request, socket)
      else socket.end('HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nnot today')
    })
    server.on('secureConnection', (socket) => {
      kubelet.#sockets.add(socket)
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    return kubelet
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }
}
