// What the thread that makes OpenAPI documents is asked, and what it answers. The server loads this and document-thread.ts, but not what
// makes them.
import type { PublishedResource } from './resource-routes.ts'

export type DocumentForm = 'json' | 'protobuf'

/** The name of the one document of version 2; those of version 3 are named by path: `api/v1`, `apis/apps/v1`, `version`. */
export const V2 = 'v2'

export interface MadeDocument {
  /** SHA-512 of the JSON, in upper case; the same for both forms. */
  hash: string
  bytes: Uint8Array<ArrayBuffer>
}

export interface WorkerInput {
  tables: string
  release: string
}

export interface DocumentRequest {
  id: number
  resources: readonly PublishedResource[]
  wanted: 'hashes' | { name: string; form: DocumentForm }
}

export interface DocumentAnswer {
  id: number
  hashes?: Record<string, string>
  document?: MadeDocument | undefined
  error?: string
}
