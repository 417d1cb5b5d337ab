// What checking the tokens of secrets asks of a cluster, and writes into it.
import { cloneTree, type Frozen, type KubeObject, textAt } from '../apimachinery/kube-object.ts'
import type { TokenSecret } from './authentication/legacy-tokens.ts'
import type { Cluster } from './cluster.ts'
import { keptWithEntries } from './registry/kept-with-entries.ts'
import { updateObject } from './registry/write-path.ts'

const tokenSecret = (secret: Frozen<KubeObject>): TokenSecret => {
  const { labels = {}, deletionTimestamp } = secret.metadata
  return { token: Buffer.from(textAt(secret, 'data', 'token'), 'base64'), labels, beingDeleted: deletionTimestamp !== undefined }
}

/** Gives secrets as far as their tokens go. */
export const tokenSecrets = (): ((cluster: Cluster, namespace: string, name: string) => TokenSecret | undefined) => {
  const secretOf = keptWithEntries(tokenSecret)
  return (cluster, namespace, name) => {
    const secrets = cluster.storeOf('', 'secrets')
    const entry = secrets.get(namespace, name)
    return entry && secretOf(secrets, entry)
  }
}

/** Sets one label of a secret as the server itself. Rejects with StatusError where it is gone. */
export const labelSecret = async (cluster: Cluster, namespace: string, name: string, key: string, value: string): Promise<void> => {
  const secrets = cluster.storeOf('', 'secrets')
  const [version] = secrets.definition.versions
  const change = (current: Frozen<KubeObject> | undefined): KubeObject => {
    const secret = cloneTree<KubeObject>(current ?? secrets.decode(secrets.require(namespace, name)))
    secret.metadata.labels = { ...secret.metadata.labels, [key]: value }
    return secret
  }
  if (!version) return
  const request = { name, change, strategy: secrets.definition.strategy, subresource: '', version }
  await updateObject(secrets, request, { ...cluster.own, namespace }, cluster.parts.write)
}
