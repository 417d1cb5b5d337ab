// What roles and bindings must meet. Upstream: pkg/apis/rbac/validation.
import { invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain, pathSegment } from '../../../apimachinery/names.ts'
import { type Errors, each, optionalName, requiredName } from '../validation/checks.ts'
import { checkLabelSelector, hasInvalidLabelValue, isUsableSelector, type LabelSelector } from '../validation/label-selectors.ts'
import { metadataErrors, metadataUpdateErrors } from '../validation/metadata.ts'

interface PolicyRule {
  verbs?: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

interface Subject {
  kind?: string
  apiGroup?: string
  name?: string
  namespace?: string
}

interface RoleRef {
  apiGroup?: string
  kind?: string
  name?: string
}

const GROUP = 'rbac.authorization.k8s.io'
const SELECTORS = 'aggregationRule.clusterRoleSelectors'
const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group']

const checkRule = (rule: PolicyRule, path: string, errors: Errors, namespaced: boolean): void => {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs: urls } = rule
  if (!verbs?.length) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'))
  if (urls?.length) {
    const own = `${path}.nonResourceURLs`
    if (namespaced) errors.push(invalidValue(own, urls, 'namespaced rules cannot apply to non-resource URLs'))
    if (apiGroups?.length || resources?.length || resourceNames?.length)
      errors.push(invalidValue(own, urls, 'rules cannot apply to both regular resources and non-resource URLs'))
    return
  }
  if (!apiGroups?.length) errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'))
  if (!resources?.length) errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'))
}

const selectorsOf = (role: Frozen<KubeObject>): LabelSelector[] =>
  listAt(role, 'aggregationRule', 'clusterRoleSelectors') as LabelSelector[]

const checkAggregation = (role: KubeObject, errors: Errors, allowInvalidValues: boolean): void => {
  if (!role['aggregationRule']) return
  const selectors = selectorsOf(role)
  if (selectors.length === 0) errors.push(required(SELECTORS, 'at least one clusterRoleSelector required if aggregationRule is non-nil'))
  each(selectors, SELECTORS, errors, (selector, path) => {
    checkLabelSelector(selector, path, errors, { allowInvalidValues })
    if (!isUsableSelector(selector)) errors.push(invalidValue(path, null, 'invalid label selector.'))
  })
}

/** `namespaced`: a Role, else a ClusterRole. */
export const validateRole =
  (namespaced: boolean) =>
  (role: KubeObject, old?: Frozen<KubeObject>): Errors => {
    const errors: Errors = []
    each(listAt(role, 'rules') as PolicyRule[], 'rules', errors, (rule, path) => checkRule(rule, path, errors, namespaced))
    if (!namespaced) checkAggregation(role, errors, old !== undefined && selectorsOf(old).some(hasInvalidLabelValue))
    return errors
  }

const checkSubject = (
  { kind = '', apiGroup = '', name = '', namespace }: Subject,
  path: string,
  errors: Errors,
  namespaced: boolean,
): void => {
  if (name === '') errors.push(required(`${path}.name`, ''))
  if (kind === 'ServiceAccount') {
    optionalName(name, dns1123Subdomain, `${path}.name`, errors)
    if (apiGroup !== '') errors.push(notSupported(`${path}.apiGroup`, apiGroup, ['']))
    if (!namespaced && !namespace) errors.push(required(`${path}.namespace`, ''))
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== GROUP) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [GROUP]))
  } else errors.push(notSupported(`${path}.kind`, kind, SUBJECT_KINDS))
}

const roleRefOf = (binding: Frozen<KubeObject>): RoleRef => (binding['roleRef'] ?? {}) as RoleRef

/** `namespaced`: a RoleBinding, else a ClusterRoleBinding. */
export const validateBinding =
  (namespaced: boolean) =>
  (binding: KubeObject): Errors => {
    const errors: Errors = []
    const { apiGroup = '', kind = '', name } = roleRefOf(binding)
    const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
    if (apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [GROUP]))
    if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds))
    requiredName(name, pathSegment, 'roleRef.name', errors)
    each(listAt(binding, 'subjects') as Subject[], 'subjects', errors, (subject, path) => checkSubject(subject, path, errors, namespaced))
    return errors
  }

export const validateRoleUpdate =
  (namespaced: boolean) =>
  (role: KubeObject, old: Frozen<KubeObject>): Errors => [
    ...metadataErrors(role, namespaced, pathSegment),
    ...validateRole(namespaced)(role, old),
    ...metadataUpdateErrors(role, old),
  ]

/** A binding gives one role for good. */
export const validateBindingUpdate =
  (namespaced: boolean) =>
  (binding: KubeObject, old: Frozen<KubeObject>): Errors => {
    const errors = [
      ...metadataErrors(binding, namespaced, pathSegment),
      ...validateBinding(namespaced)(binding),
      ...metadataUpdateErrors(binding, old),
    ]
    const [{ apiGroup = '', kind = '', name = '' }, before] = [roleRefOf(binding), roleRefOf(old)]
    if (apiGroup !== (before.apiGroup ?? '') || kind !== (before.kind ?? '') || name !== (before.name ?? ''))
      errors.push(invalidValue('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef'))
    return errors
  }
