// The flow control configuration, kept as upstream keeps it: mandatory objects always, suggested ones while their annotation says so (or
// while nobody has touched them), ones of another release removed. Every flow schema is told whether its priority level exists.
// Upstream: pkg/registry/flowcontrol/ensurer, k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { at, cloneTree, type Frozen, type KubeObject, textAt, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import { deleteObject } from '../registry/deletion.ts'
import { applyCondition, type Condition, conditionOf } from './applied-condition.ts'
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper, type Revise } from './bootstrap-parts.ts'
import { FLOW_SCHEMAS, type FlowControlObject, PRIORITY_LEVELS } from './flow-control-objects.ts'

const GROUP = 'flowcontrol.apiserver.k8s.io'
const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec'
const PRODUCER = 'api-priority-and-fairness-config-producer-v1'
const CONSUMER = 'api-priority-and-fairness-config-consumer-v1'
const EXEMPT = 'exempt'

const objectOf = (kind: string, { name, spec }: FlowControlObject): KubeObject => ({
  kind,
  apiVersion: `${GROUP}/v1`,
  metadata: { name, annotations: { [AUTO_UPDATE]: 'true' } },
  spec,
})

const TRUTHS: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true]),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false]),
])

/** What the annotation says; undefined when it is missing or no truth value. */
const autoUpdate = ({ metadata }: Frozen<KubeObject>): boolean | undefined => {
  const text = metadata.annotations?.[AUTO_UPDATE]
  return text !== undefined && Object.hasOwn(TRUTHS, text) ? TRUTHS[text] : undefined
}

/** Users may give the exempt level shares of its own. */
const wantedSpec = (current: KubeObject, wanted: Frozen<KubeObject>): Value => {
  const spec = cloneTree<ValueMap>(wanted['spec'] as ValueMap)
  const exempt = at(current, 'spec', 'exempt')
  if (current.kind === 'PriorityLevelConfiguration' && current.metadata.name === EXEMPT && exempt !== undefined)
    spec['exempt'] = cloneTree<Value>(exempt as Value)
  return spec
}

const revising =
  (mandatory: boolean): Revise =>
  (current, wanted) => {
    const update = mandatory || (autoUpdate(current) ?? current.metadata.generation === 1)
    if (update) {
      const spec = wantedSpec(current, wanted)
      if (!equalValues(current['spec'], spec)) current['spec'] = spec
    }
    if (autoUpdate(current) !== update) current.metadata.annotations = { ...current.metadata.annotations, [AUTO_UPDATE]: String(update) }
  }

class Configuration {
  readonly keeper: ObjectKeeper
  readonly #parts: BootstrapParts
  readonly #wanted: readonly { object: KubeObject; revise: Revise }[]

  constructor(parts: BootstrapParts, plural: string, kind: string, objects: readonly FlowControlObject[]) {
    this.keeper = new ObjectKeeper(parts, GROUP, plural, PRODUCER)
    this.#parts = parts
    this.#wanted = objects.map((object) => ({ object: objectOf(kind, object), revise: revising(object.mandatory) }))
  }

  async ensure(): Promise<void> {
    await Promise.all(this.#wanted.map(({ object, revise }) => this.keeper.keep(object, revise)))
    const { target } = this.keeper
    if (target.cache.size === this.#wanted.length) return
    for (const entry of target.cache.range(target.prefix(''))) {
      const name = entry.fields['metadata.name'] as string
      if (this.#wanted.some(({ object }) => object.metadata.name === name)) continue
      if (autoUpdate(target.decode(entry)) === true) await this.#remove(name)
    }
  }

  async #remove(name: string): Promise<void> {
    const { context, write } = this.#parts
    const request = { name, preconditions: {}, gracePeriodSeconds: undefined, propagation: undefined, orphanDependents: undefined }
    try {
      await deleteObject(this.keeper.target, request, context, write)
    } catch (error) {
      if (!(error instanceof StatusError && error.reason === 'NotFound')) throw error
    }
  }
}

const danglingCondition = (level: string, exists: boolean): Condition => {
  const about = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`
  return exists
    ? { type: 'Dangling', status: 'False', reason: 'Found', message: `${about} and it exists` }
    : { type: 'Dangling', status: 'True', reason: 'NotFound', message: `${about} but there is no such object` }
}

/** The configuration itself: what upstream's server waits for before it says it is ready. */
export const flowControlConfiguration = (parts: BootstrapParts): BootstrapSubject => {
  const levels = new Configuration(parts, 'prioritylevelconfigurations', 'PriorityLevelConfiguration', PRIORITY_LEVELS)
  const schemas = new Configuration(parts, 'flowschemas', 'FlowSchema', FLOW_SCHEMAS)
  return {
    check: 'priority-and-fairness-config-producer',
    ensure: async () => void (await Promise.all([levels.ensure(), schemas.ensure()])),
  }
}

/** The condition that says whether a flow schema leads anywhere, on every flow schema. */
export const flowSchemaConditions = (parts: BootstrapParts): BootstrapSubject => {
  const schemas = parts.storeOf(GROUP, 'flowschemas')
  const levels = parts.storeOf(GROUP, 'prioritylevelconfigurations')
  const checked = new Map<string, string>()
  const ensure = async (): Promise<void> => {
    const entries = schemas.cache.range(schemas.prefix(''))
    await Promise.all(
      entries.map(async (entry) => {
        const known = checked.get(entry.key)?.split(' ')
        if (known?.[0] === String(entry.revision) && known[1] === String(levels.get('', known[2] ?? '') !== undefined)) return
        const object = schemas.decode(entry)
        const level = textAt(object, 'spec', 'priorityLevelConfiguration', 'name')
        const exists = levels.get('', level) !== undefined
        const wanted = danglingCondition(level, exists)
        const { status, reason, message } = conditionOf(object, wanted.type) ?? {}
        if (status === wanted.status && reason === wanted.reason && message === wanted.message)
          checked.set(entry.key, `${entry.revision} ${exists} ${level}`)
        else await applyCondition(parts, schemas, entry, wanted, CONSUMER)
      }),
    )
    if (checked.size > 2 * entries.length) checked.clear()
  }
  const onChange = (changed: () => void): void => {
    schemas.cache.listen(changed)
    levels.cache.listen(changed)
  }
  return { check: 'priority-and-fairness-config-consumer', ensure, onChange }
}
