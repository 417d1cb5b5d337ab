import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { KubeconfigError, parseKubeconfig, readKubeconfig } from './kubeconfig.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const kubeconfig = (cluster: string, user: string): string => `apiVersion: v1
kind: Config
current-context: here
contexts: [{name: there, context: {cluster: x, user: y}}, {name: here, context: {cluster: boat, user: sailor}}]
clusters: [{name: boat, cluster: {server: "https://127.0.0.1:6443/", ${cluster}}}]
users: [{name: sailor, user: {${user}}}]
`

test('what a kubeconfig says of its current context is read, inline or from files beside it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dinghy-test-'))
  writeFileSync(join(folder, 'token'), 'first\n')
  writeFileSync(join(folder, 'ca.crt'), 'authority')
  const inline = await parseKubeconfig(
    kubeconfig(`certificate-authority-data: ${base64('CA')}`, `client-certificate-data: ${base64('C')}, client-key-data: ${base64('K')}`),
    folder,
  )
  t.match(inline, { server: 'https://127.0.0.1:6443', authority: 'CA', certificate: 'C', key: 'K', insecure: false })
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig('certificate-authority: ca.crt', 'tokenFile: token'))
  const files = await readKubeconfig(join(folder, 'kubeconfig'))
  t.equal(files.authority, 'authority')
  t.equal(files.token?.(), 'first')
  writeFileSync(join(folder, 'token'), 'second')
  t.equal(files.token?.(), 'second')
  const loose = await parseKubeconfig(kubeconfig('insecure-skip-tls-verify: true', 'token: abc'), folder)
  t.ok(loose.insecure)
  t.equal(loose.token?.(), 'abc')
})

test('what cannot be used is refused by name', async (t) => {
  for (const [text, message] of [
    [kubeconfig('x: y', 'exec: {command: aws}'), 'users of kind "exec" are not supported'],
    [kubeconfig('x: y', 'token: z').replace('name: sailor', 'name: other'), 'user "sailor" does not exist'],
    [kubeconfig('x: y', 'token: z').replace('https', 'http'), 'server "http://127.0.0.1:6443" must be an https address'],
  ] as const)
    await t.rejects(parseKubeconfig(text, '/'), new KubeconfigError(message))
})
