// Service accounts, their tokens and the root authority, in a namespace of their own.
import { type Cluster, configMaps, type Findings, managersOf, secrets, serviceAccounts } from './cluster.ts'

const TOKEN_TYPE = 'kubernetes.io/service-account-token'
const NAME = 'kubernetes.io/service-account.name'

const tokenSecret = (namespace: string, name: string, account: string): object => ({
  type: TOKEN_TYPE,
  metadata: { name, namespace, annotations: { [NAME]: account } },
})

/** A token's header without its key, and its claims. */
const claimsOf = (token: string): unknown[] =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown)

export const accountCases = async (cluster: Cluster): Promise<Findings> => {
  const { client } = cluster
  const namespace = await cluster.namespace('accounts')
  const findings: Findings = {}
  const authority = await cluster.until('the root authority', () => cluster.find(configMaps, { namespace, name: 'kube-root-ca.crt' }))
  findings['root authority'] = [authority.metadata.annotations, Object.keys(authority['data'] as object), managersOf(authority)]
  const account = await client.get(serviceAccounts, { namespace, name: 'default' })
  findings['default account'] = [account.metadata.labels, account.metadata.annotations, account['secrets'], managersOf(account)]

  await client.update(configMaps, { ...authority, data: { other: 'text' } })
  await client.delete(serviceAccounts, { namespace, name: 'default' })
  const restored = await cluster.until('what was spoilt to be restored', async () => {
    const again = await cluster.find(serviceAccounts, { namespace, name: 'default' })
    const data = (await client.get(configMaps, { namespace, name: 'kube-root-ca.crt' }))['data'] as Record<string, string>
    return again && data['ca.crt'] !== undefined && Object.keys(data)
  })
  findings['restored'] = restored

  await client.create(serviceAccounts, { metadata: { name: 'sailor', namespace } })
  await client.create(secrets, tokenSecret(namespace, 'token', 'sailor'))
  const secret = await cluster.until('the token', async () => {
    const found = await client.get(secrets, { namespace, name: 'token' })
    return (found['data'] as Record<string, string> | undefined)?.['token'] !== undefined && found
  })
  const data = secret['data'] as Record<string, string>
  findings['token secret'] = [Object.keys(data).sort(), Object.keys(secret.metadata.annotations ?? {}).sort(), managersOf(secret)]
  findings['token'] = cluster.masked(JSON.stringify(claimsOf(Buffer.from(data['token'] ?? '', 'base64').toString())))
  await client.delete(serviceAccounts, { namespace, name: 'sailor' })
  await cluster.until('the token to go', async () => !(await cluster.find(secrets, { namespace, name: 'token' })))
  findings['token of a deleted account'] = 'deleted'
  await client.create(secrets, tokenSecret(namespace, 'nobody', 'nobody'))
  await cluster.until('the token of nobody to go', async () => !(await cluster.find(secrets, { namespace, name: 'nobody' })))
  findings['token of nobody'] = 'deleted'
  return findings
}
