// Commands in containers: the connection goes on to the kubelet as it is, but for websockets of the newest protocol, whose channels are
// translated into SPDY's streams where the kubelet does not speak it.
// Upstream: k8s.io/apiserver/pkg/util/proxy (streamtranslator.go, websocket.go), k8s.io/client-go/tools/remotecommand.
import type { ValueMap } from '../../apimachinery/kube-object.ts'
import { badRequest } from '../../apimachinery/status-error.ts'
import type { BackendAnswer } from '../http/backend-client.ts'
import { BackendFault, hostPort } from '../http/backend-fault.ts'
import type { ProtocolChange } from '../http/exchange.ts'
import type { WebsocketConnection } from '../http/websocket-connection.ts'
import type { Backend } from '../registry/connection.ts'
import { brokenCommand, type CommandStatus, commandStatus } from '../streaming/command-result.ts'
import { SpdyConnection, type SpdyStream } from '../streaming/spdy-connection.ts'
import { askBackend, backendUrl } from './backend-requests.ts'
import { textOf } from './connect-log.ts'
import { websocketProtocols } from './connect-ports.ts'
import { passUpgrade } from './connect-upgrade.ts'
import type { Scope } from './scope.ts'

const NEWEST = 'v5.channel.k8s.io'
const PROTOCOLS = [NEWEST, 'v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io']
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const
const CLOSE = 255
/** Of an error stream, and of a kubelet's refusal. */
const MAX_ERROR_BYTES = 64 * 1024

const framed = (channel: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([channel]), bytes])

interface Streams {
  stdin?: SpdyStream
  resize?: SpdyStream
}

/** Terminal sizes, as Go's decoder and encoder would hand them on; '' for what is none. */
const terminalSize = (message: Buffer): string => {
  try {
    const size = JSON.parse(message.toString()) as Record<string, unknown>
    return `${JSON.stringify({ Width: Number(size['Width'] ?? 0), Height: Number(size['Height'] ?? 0) })}\n`
  } catch {
    return ''
  }
}

/** One command between a websocket and a kubelet. */
class Translation {
  readonly #websocket: WebsocketConnection
  readonly #options: ValueMap
  #streams: Streams = {}

  constructor(websocket: WebsocketConnection, options: ValueMap) {
    this.#websocket = websocket
    this.#options = options
    // A first message, with nothing in it, says that the connection stands.
    const first = options['stdout'] ? channels.stdout : options['stderr'] ? channels.stderr : channels.error
    websocket.send(Buffer.from([first]), () => undefined)
    websocket.pause()
    websocket.onMessage((message) => this.#received(message))
  }

  #received(message: Buffer): void {
    const [channel] = message
    const { stdin, resize } = this.#streams
    if (channel === CLOSE && message.length === 2 && message[1] === channels.stdin) stdin?.end()
    if (channel === channels.stdin && stdin && !stdin.write(message.subarray(1))) this.#websocket.pause()
    if (channel === channels.resize) resize?.write(Buffer.from(terminalSize(message.subarray(1))))
  }

  finish(status: CommandStatus): void {
    this.#websocket.send(framed(channels.error, Buffer.from(JSON.stringify(status))), () => undefined)
    this.#websocket.close()
  }

  /** Opens the streams and carries what comes; resolves with how it ended. */
  run(connection: SpdyConnection, early: Buffer, protocol: string): Promise<CommandStatus> {
    return new Promise((resolve) => {
      const errors: Buffer[] = []
      let open = 0
      const ended = (): void => {
        if (--open === 0) resolve(commandStatus(Buffer.concat(errors).subarray(0, MAX_ERROR_BYTES).toString(), protocol))
      }
      /** Streams whose end the command's end waits for. */
      const reading = (streamtype: string, data: (bytes: Buffer) => void): SpdyStream => {
        open++
        return connection.open({ streamtype }, { data, ended })
      }
      const writing = (streamtype: string): SpdyStream => connection.open({ streamtype }, { data: () => undefined, ended: () => undefined })
      const out =
        (channel: number) =>
        (bytes: Buffer): void => {
          if (!this.#websocket.send(framed(channel, bytes), () => connection.resume())) connection.pause()
        }
      let errorBytes = 0
      reading('error', (bytes) => {
        errorBytes += bytes.length
        if (errorBytes <= MAX_ERROR_BYTES) errors.push(bytes)
      })
      const { stdin, stdout, stderr, tty } = this.#options
      if (stdin) this.#streams.stdin = writing('stdin')
      if (stdout) reading('stdout', out(channels.stdout))
      if (stderr && !tty) reading('stderr', out(channels.stderr))
      if (tty) this.#streams.resize = writing('resize')
      connection.onDrain(() => this.#websocket.resume())
      this.#websocket.onClose(() => connection.close())
      this.#websocket.resume()
      connection.readEarly(early)
    })
  }
}

const upgradeHeaders = ({ host, port }: Backend): string[] => [
  'Host',
  hostPort(host, port),
  'User-Agent',
  'Go-http-client/1.1',
  'Content-Length',
  '0',
  'Connection',
  'Upgrade',
  'Upgrade',
  'SPDY/3.1',
  ...PROTOCOLS.flatMap((protocol) => ['X-Stream-Protocol-Version', protocol]),
]

/** What a kubelet that does not change the protocol has to say. */
const refusalText = async ({ body }: BackendAnswer): Promise<string> => {
  const said = (await textOf(body, MAX_ERROR_BYTES)).trim()
  try {
    const { message, error } = JSON.parse(said) as { message?: unknown; error?: unknown }
    for (const text of [message, error]) if (typeof text === 'string' && text.trim() !== '') return text.trim()
  } catch {
    // Plain text, then.
  }
  return said === '' ? 'empty server response' : said
}

const translated = async (scope: Scope, translation: Translation, backend: Backend): Promise<CommandStatus> => {
  try {
    const answer = await askBackend(scope, backend, { method: 'POST', headers: upgradeHeaders(backend), isUpgrade: true })
    if (!answer.upgraded) return brokenCommand(`unable to upgrade connection: ${await refusalText(answer)}`)
    const connection = new SpdyConnection(answer.upgraded.socket)
    const status = await translation.run(connection, answer.upgraded.head, String(answer.headers['x-stream-protocol-version'] ?? ''))
    connection.close()
    return status
  } catch (error) {
    if (!(error instanceof BackendFault)) throw error
    return brokenCommand(`error sending request: Post "${backendUrl(backend)}": ${error.message}`)
  }
}

const translate = async (scope: Scope, change: ProtocolChange, backend: Backend, options: ValueMap): Promise<void> => {
  const websocket = change.websocket(NEWEST)
  if (!websocket) return
  const translation = new Translation(websocket, options)
  translation.finish(await translated(scope, translation, backend))
}

export const runCommand = (scope: Scope, backend: Backend, options: ValueMap): Promise<void> => {
  const { upgrade } = scope.context.exchange
  if (!upgrade) throw badRequest('Upgrade request required')
  if (!backend.takesWebsockets && websocketProtocols(scope).includes(NEWEST)) return translate(scope, upgrade, backend, options)
  return passUpgrade(scope, upgrade, backend)
}
