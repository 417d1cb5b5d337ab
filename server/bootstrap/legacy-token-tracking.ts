// The day from which uses of old service account tokens are tracked. Upstream: pkg/controlplane/controller/legacytokentracking.
import { formatTime } from '../../apimachinery/clock.ts'
import { type KubeObject, textAt } from '../../apimachinery/kube-object.ts'
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper } from './bootstrap-parts.ts'

export const legacyTokenTracking = (parts: BootstrapParts): BootstrapSubject => {
  const keeper = new ObjectKeeper(parts, '', 'configmaps')
  const today = (): string => formatTime(parts.context.clock.now()).slice(0, 'yyyy-mm-dd'.length)
  const wanted: KubeObject = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' },
    data: { since: today() },
  }
  return {
    check: 'start-legacy-token-tracking-controller',
    ensure: () =>
      keeper.keep(wanted, (current) => {
        const since = textAt(current, 'data', 'since')
        const isDay = /^\d{4}-\d{2}-\d{2}$/.test(since) && !Number.isNaN(Date.parse(since))
        if (!isDay) current['data'] = { ...(current['data'] as Record<string, string> | undefined), since: today() }
      }),
  }
}
