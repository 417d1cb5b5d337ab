// What one server answered so far, as far as later requests to it need it: identities, versions, allocated values, continue tokens.
import type { Answer, HttpRequest } from './http-client.ts'
import { copyOf, isObject, type Json, type JsonObject, setAt, textAt, valueAt } from './json-value.ts'
import { type Step, TOKEN } from './step.ts'

interface Held {
  object: JsonObject
  firstVersion: string
}

/** Places whose values a server chooses: an edit of one server's object is sent to the other with the other's values there. */
const chosenPaths = (object: JsonObject): string[][] => {
  const ports = valueAt(object, 'spec', 'ports')
  return [
    ['metadata', 'uid'],
    ['metadata', 'resourceVersion'],
    ['metadata', 'creationTimestamp'],
    ['metadata', 'deletionTimestamp'],
    ['spec', 'clusterIP'],
    ['spec', 'clusterIPs', '0'],
    ['spec', 'healthCheckNodePort'],
    ...(Array.isArray(ports) ? ports.map((_, index) => ['spec', 'ports', String(index), 'nodePort']) : []),
  ]
}

export class Session {
  readonly #held = new Map<string, Held>()
  #continue = ''

  held(subject: string): JsonObject | undefined {
    return this.#held.get(subject)?.object
  }

  /** The request as this server is to get it; undefined when the real server has nothing to edit. */
  address(step: Step, real: Session): HttpRequest | undefined {
    const subject = step.subject ?? step.path
    const held = this.#held.get(subject)
    const replace = (text: string): string =>
      text
        .replaceAll(TOKEN.uid, textAt(held?.object, 'metadata', 'uid') || 'no-such-uid')
        .replaceAll(TOKEN.version, textAt(held?.object, 'metadata', 'resourceVersion') || '1')
        .replaceAll(TOKEN.oldVersion, held?.firstVersion ?? '1')
        .replaceAll(TOKEN.continue, encodeURIComponent(this.#continue))
    let body: string | undefined
    if (step.edit) {
      const source = real.held(subject)
      if (source === undefined) return undefined
      body = ownUid(JSON.stringify(this.#own(step.edit(withoutManagers(source)), source, held?.object)), source, held?.object)
    } else if (step.body !== undefined) body = typeof step.body === 'string' ? step.body : JSON.stringify(step.body)
    return {
      method: step.method,
      path: replace(step.path),
      contentType: step.contentType,
      accept: step.accept,
      body: body === undefined ? undefined : replace(body),
    }
  }

  /** Learns from an answer. */
  note(step: Step, answer: Answer): void {
    if (answer.code >= 300 || !isObject(answer.json)) return
    const { json } = answer
    const kind = textAt(json, 'kind')
    if (kind.endsWith('List')) this.#continue = textAt(json, 'metadata', 'continue')
    const uid = textAt(json, 'metadata', 'uid')
    if (uid === '' || kind === 'Status' || kind === 'Table') return
    const subject = step.subject ?? step.path
    const version = textAt(json, 'metadata', 'resourceVersion')
    const known = this.#held.get(subject)
    const same = known !== undefined && textAt(known.object, 'metadata', 'uid') === uid
    this.#held.set(subject, { object: json, firstVersion: same ? known.firstVersion : version })
  }

  #own(edited: Json, source: JsonObject, own: JsonObject | undefined): Json {
    if (own === undefined || own === source) return edited
    for (const path of chosenPaths(source)) {
      const mine = valueAt(own, ...path)
      if (mine !== undefined && valueAt(edited, ...path) === valueAt(source, ...path)) setAt(edited, path, mine)
    }
    return edited
  }
}

const TOKEN_VOLUME = /kube-api-access-[a-z0-9]{5}\b/

const DRAWN_ADDRESS = /^10\.96\./

/** An identity may be anywhere: a job writes its own into labels. So may the name of the volume that admission gives a pod. */
const ownUid = (text: string, source: JsonObject, own: JsonObject | undefined): string => {
  if (own === undefined) return text
  let renamed = text.replaceAll(textAt(source, 'metadata', 'uid'), textAt(own, 'metadata', 'uid'))
  // Wherever a patch has a drawn address, each server means its own.
  const [address, ownAddress] = [textAt(source, 'spec', 'clusterIP'), textAt(own, 'spec', 'clusterIP')]
  if (DRAWN_ADDRESS.test(address) && ownAddress !== '') renamed = renamed.replaceAll(`"${address}"`, `"${ownAddress}"`)
  const [theirs, mine] = [source, own].map((object) => TOKEN_VOLUME.exec(JSON.stringify(object))?.[0])
  return theirs === undefined || mine === undefined ? renamed : renamed.replaceAll(theirs, mine)
}

const withoutManagers = (object: JsonObject): JsonObject => {
  const copy = copyOf(object)
  const metadata = copy['metadata']
  if (isObject(metadata)) delete metadata['managedFields']
  return copy
}
