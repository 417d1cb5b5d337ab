import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'tap'
import { type KubeObject, textAt } from '../apimachinery/kube-object.ts'
import { ApiClient } from '../client/api-client.ts'
import { readKubeconfig } from '../client/kubeconfig.ts'
import type { ApiResource } from '../client/resource.ts'

const core = (resource: string, kind: string, namespaced = true): ApiResource => ({ group: '', version: 'v1', resource, kind, namespaced })
const namespaces = core('namespaces', 'Namespace', false)
const LIMIT_MS = 60_000

interface Up {
  readonly process: ChildProcess
  readonly folder: string
  readonly errors: string[]
}

const start = async (...flags: string[]): Promise<Up> => {
  const folder = mkdtempSync(join(tmpdir(), 'dinghy-up-'))
  const args = [join(import.meta.dirname, 'main.ts'), 'dinghy', 'up', '--data-dir', folder, '--port', '0', '--store', 'memory', ...flags]
  const process_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const errors: string[] = []
  createInterface(process_.stderr).on('line', (line) => errors.push(line))
  for await (const line of createInterface(process_.stdout)) if (line.includes('is ready')) break
  return { process: process_, folder, errors }
}

/** Resolves once an object of a name is there, or, with `gone`, is there no more. */
const seen = async (client: ApiClient, resource: ApiResource, name: { namespace?: string; name: string }, gone = false): Promise<void> => {
  const signal = AbortSignal.timeout(LIMIT_MS)
  const options = { namespace: name.namespace, fieldSelector: `metadata.name=${name.name}`, signal }
  const { items, metadata } = await client.list(resource, options)
  if (items.length > 0 !== gone) return
  for await (const { type } of client.watch(resource, { ...options, resourceVersion: metadata.resourceVersion ?? '' }))
    if (type === (gone ? 'DELETED' : 'ADDED')) return
  throw new Error('the watch ended')
}

test('a cluster that is up keeps its namespaces, takes pods and deletes what is deleted', async (t) => {
  const up = await start()
  const client = new ApiClient({ access: await readKubeconfig(join(up.folder, 'kubeconfig')), userAgent: 'sailor/1.0' })
  t.teardown(() => {
    up.process.kill('SIGKILL')
    rmSync(up.folder, { recursive: true, force: true })
  })
  t.equal(up.errors.join('\n'), '')
  await client.create(namespaces, { metadata: { name: 'harbour' } })
  await seen(client, core('serviceaccounts', 'ServiceAccount'), { namespace: 'harbour', name: 'default' })
  await seen(client, core('configmaps', 'ConfigMap'), { namespace: 'harbour', name: 'kube-root-ca.crt' })
  const pod: KubeObject = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'web', namespace: 'harbour' },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  }
  t.equal(textAt(await client.create(core('pods', 'Pod'), pod), 'spec', 'serviceAccountName'), 'default')
  await client.delete(namespaces, { name: 'harbour' })
  await seen(client, namespaces, { name: 'harbour' }, true)
  const actors = await client.list(core('serviceaccounts', 'ServiceAccount'), { namespace: 'kube-system' })
  t.ok(
    actors.items.some(({ metadata }) => metadata.name === 'namespace-controller'),
    'controllers act as accounts of their own',
  )
  client.close()
  up.process.kill('SIGTERM')
  t.same(await once(up.process, 'exit'), [0, null])
  t.equal(up.errors.join('\n'), '', 'nothing is said of errors')
})

test('a controller that is not known is refused before anything starts', async (t) => {
  const args = [join(import.meta.dirname, 'main.ts'), 'dinghy', 'up', '--controllers', 'oar']
  const process_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const said: string[] = []
  createInterface(process_.stderr).on('line', (line) => said.push(line))
  t.same(await once(process_, 'close'), [1, null])
  t.match(said, [/^Error: "oar" is not in the list of known controllers: /])
})
