// What kinds with a pod template in them share: fields behind gates go, warnings come when the spec is new.
// Upstream: pkg/registry/{apps,batch,core}/*/strategy.go.
import { at, type Frozen, type KubeObject, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { Strategy } from '../registry/resource-definition.ts'
import { dropDisabledPodFields } from './core/pod-disabled-fields.ts'
import { collected } from './strategies.ts'
import type { Errors } from './validation/checks.ts'
import type { PodTemplate } from './validation/pod-types.ts'
import { nameWarnings, POD_NAMES, podTemplateWarnings } from './validation/pod-warnings.ts'

export type ObjectCheck = (object: KubeObject, errors: Errors, old?: Frozen<KubeObject>) => void

interface Workload {
  /** Where the template stands. */
  template: readonly string[]
  /** `old` is there on updates. */
  check: ObjectCheck
  /** On updates upstream warns of the template before. */
  warnsOfOld?: boolean
  /** Pods carry the object's name. */
  namesPods?: boolean
  /** Before and after those of the template. */
  before?(object: KubeObject, old: Frozen<KubeObject> | undefined): string[]
  warnings?(object: KubeObject, old: Frozen<KubeObject> | undefined): string[]
}

/** Of the template, where the object is new or its generation rose. */
export const templateWarnings = (
  object: KubeObject,
  old: Frozen<KubeObject> | undefined,
  path: readonly string[],
  ofOld = false,
): string[] =>
  old && old.metadata.generation === object.metadata.generation
    ? []
    : podTemplateWarnings((at(ofOld && old ? old : object, ...path) ?? {}) as PodTemplate, path.join('.'))

/** The members of a strategy that a template asks for. */
export const workloadStrategy = ({ template, check, namesPods = false, warnsOfOld = false, before, warnings }: Workload) => {
  const podSpec = (object: Frozen<KubeObject>): ValueMap | undefined => at(object, ...template, 'spec') as ValueMap | undefined
  return {
    prepareForCreate: (object) => dropDisabledPodFields(podSpec(object)),
    prepareForUpdate: (object, old) => dropDisabledPodFields(podSpec(object), podSpec(old)),
    validate: (object) => collected((errors) => check(object, errors)),
    validateUpdate: (object, old) => collected((errors) => check(object, errors, old)),
    warnings: (object, old) => [
      ...(namesPods && !old ? nameWarnings(object.metadata.name, POD_NAMES) : []),
      ...(before?.(object, old) ?? []),
      ...templateWarnings(object, old, template, warnsOfOld),
      ...(warnings?.(object, old) ?? []),
    ],
  } satisfies Strategy
}

/** Where most workloads have it. */
export const SPEC_TEMPLATE = ['spec', 'template'] as const
