// --runtime-config: which versions and resources are served. Stable ones are; alpha and beta ones when asked for.
// Upstream: k8s.io/apiserver/pkg/server/resourceconfig.
import type { ResourceFact } from './kinds/define-resource.ts'

const isStable = (version: string): boolean => !/alpha|beta/.test(version)

const truth = (value: string | undefined): boolean | undefined => (value === undefined ? undefined : value === '' || value === 'true')

/** Answers whether a row is served. Keys: api/all, api/ga, api/beta, api/alpha, GROUP/VERSION, GROUP/VERSION/RESOURCE, api/v1. */
export const servedVersions =
  (config: Readonly<Record<string, string>>): ((fact: ResourceFact) => boolean) =>
  (fact) => {
    const groupVersion = fact.group === '' ? 'api/v1' : `${fact.group}/${fact.version}`
    const stage = isStable(fact.version) ? 'ga' : fact.version.includes('beta') ? 'beta' : 'alpha'
    return (
      truth(config[`${groupVersion}/${fact.plural}`]) ??
      truth(config[groupVersion]) ??
      truth(fact.group === '' ? config['v1'] : undefined) ??
      truth(config[`api/${stage}`]) ??
      truth(config['api/all']) ??
      isStable(fact.version)
    )
  }
