import { test } from 'tap'
import { StatusError } from '../../apimachinery/status-error.ts'
import { type AdmissionAttributes, AdmissionChain } from './admission.ts'
import { type NamespaceState, namespaceLifecycle } from './namespace-lifecycle.ts'

const stateOf: NamespaceState = (name) => (name === 'there' ? 'active' : name === 'ending' ? 'terminating' : 'missing')

const attempt = async (parts: Partial<AdmissionAttributes>): Promise<string> => {
  const attributes = {
    operation: 'CREATE',
    resource: { group: '', version: 'v1', resource: 'pods' },
    kind: { group: '', version: 'v1', kind: 'Pod' },
    subresource: '',
    name: 'x',
    namespace: 'there',
    object: { metadata: { name: 'x' } },
    old: undefined,
    user: { name: 'u', groups: [] },
    dryRun: false,
    warn: () => undefined,
    ...parts,
  } as AdmissionAttributes
  try {
    await new AdmissionChain([namespaceLifecycle(stateOf)]).admit(attributes)
    return 'admitted'
  } catch (error) {
    return error instanceof StatusError ? `${error.code} ${error.message}` : String(error)
  }
}

const namespaces = { group: '', version: 'v1', resource: 'namespaces' }

const cases: readonly [claim: string, parts: Partial<AdmissionAttributes>, wanted: string][] = [
  ['a namespace that is there takes objects', {}, 'admitted'],
  ['one that is not there does not', { namespace: 'gone' }, '404 namespaces "gone" not found'],
  [
    'one that is ending takes no new ones',
    { namespace: 'ending' },
    '403 pods "x" is forbidden: unable to create new content in namespace ending because it is being terminated',
  ],
  ['one that is ending lets its objects change', { namespace: 'ending', operation: 'UPDATE' }, 'admitted'],
  ['anything may be deleted from any', { namespace: 'gone', operation: 'DELETE' }, 'admitted'],
  [
    "the system's own stay",
    { operation: 'DELETE', resource: namespaces, namespace: '', name: 'kube-system' },
    '403 namespaces "kube-system" is forbidden: this namespace may not be deleted',
  ],
  ['others may go', { operation: 'DELETE', resource: namespaces, namespace: '', name: 'mine' }, 'admitted'],
]

for (const [claim, parts, wanted] of cases) {
  test(`NamespaceLifecycle: ${claim}`, async (t) => {
    t.equal(await attempt(parts), wanted)
  })
}
