// All resources this server has, by group, version and plural. Definitions are immutable; replacing one is a new record.
import type { ResourceDefinition, ServedVersion } from './resource-definition.ts'

export interface ServedResource {
  definition: ResourceDefinition
  version: ServedVersion
}

export class ResourceRegistry {
  readonly #byPath = new Map<string, ServedResource>()
  readonly #definitions: ResourceDefinition[] = []
  /** Rises with each change, so that what is derived from the registry knows when to be made anew. */
  generation = 0

  add(definition: ResourceDefinition): void {
    this.#definitions.push(definition)
    for (const version of definition.versions) {
      if (version.served) this.#byPath.set(`${definition.group}/${version.name}/${definition.plural}`, { definition, version })
    }
    this.generation++
  }

  find(group: string, version: string, plural: string): ServedResource | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`)
  }

  /** The resource whose objects are of a kind. */
  byKind(group: string, kind: string): ResourceDefinition | undefined {
    return this.#definitions.find((definition) => definition.group === group && definition.kind === kind)
  }

  definitions(): readonly ResourceDefinition[] {
    return this.#definitions
  }

  serves(group: string, version: string): boolean {
    return this.#definitions.some(
      (definition) => definition.group === group && definition.versions.some((served) => served.name === version && served.served),
    )
  }
}
