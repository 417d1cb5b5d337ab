// The load: several writers on several connections, each with objects of its own, so that at most one write is under way on an object.
import type { ClientHttp2Session } from 'node:http2'
import { type Answer, ask, COLLECTION, type ConfigMap, configMap } from './api-client.ts'
import type { Model } from './model.ts'

export type Random = () => number

/** Numbers from a seed (mulberry32). */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const DELETE_SHARE = 0.25

const refused = (model: Model, what: string, answer: Answer): void => {
  model.violation(`${what} was answered ${answer.status}: ${answer.body.slice(0, 200)}`)
}

/** Creates or updates; resolves to the revision, or undefined when there was no answer. */
export const put = async (session: ClientHttp2Session, model: Model, name: string): Promise<number | undefined> => {
  const exists = model.get(name) !== undefined
  const sequence = model.nextSequence()
  model.begin({ type: 'put', name, sequence })
  const answer = await ask(session, exists ? 'PUT' : 'POST', exists ? `${COLLECTION}/${name}` : COLLECTION, configMap(name, sequence))
  if (!answer) return undefined
  if (answer.status !== 200 && answer.status !== 201) {
    refused(model, `${exists ? 'update' : 'create'} of ${name}`, answer)
    return undefined
  }
  const revision = Number((JSON.parse(answer.body) as ConfigMap).metadata.resourceVersion)
  model.acknowledgePut(name, sequence, revision)
  return revision
}

const remove = async (session: ClientHttp2Session, model: Model, name: string): Promise<boolean> => {
  model.begin({ type: 'delete', name })
  const answer = await ask(session, 'DELETE', `${COLLECTION}/${name}`)
  if (!answer) return false
  if (answer.status !== 200) {
    refused(model, `deletion of ${name}`, answer)
    return false
  }
  model.acknowledgeDelete(name)
  return true
}

/** Writes until the connection breaks, a write is refused, or `stopped` says so. */
export const writer = async (
  session: ClientHttp2Session,
  model: Model,
  names: readonly string[],
  random: Random,
  stopped: () => boolean,
): Promise<void> => {
  while (!stopped()) {
    const name = names[Math.floor(random() * names.length)] as string
    const deletes = model.get(name) !== undefined && random() < DELETE_SHARE
    const answered = deletes ? await remove(session, model, name) : (await put(session, model, name)) !== undefined
    if (!answered) return
  }
}
