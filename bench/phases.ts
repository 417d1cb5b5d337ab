// What is asked of both servers, in order, and how far ours should stay below the real one.
export interface Sizes {
  pods: number
  gets: number
  lists: number
  selections: number
  /** Patches, and updates in each encoding. */
  changes: number
  sweeps: number
  watchers: number
  watchedWrites: number
  idleSeconds: number
}

export const FULL: Sizes = {
  pods: 2000,
  gets: 5000,
  lists: 30,
  selections: 1000,
  changes: 1000,
  sweeps: 20,
  watchers: 200,
  watchedWrites: 500,
  idleSeconds: 30,
}
export const QUICK: Sizes = {
  pods: 400,
  gets: 1000,
  lists: 10,
  selections: 100,
  changes: 200,
  sweeps: 20,
  watchers: 40,
  watchedWrites: 100,
  idleSeconds: 5,
}

export type PhaseName =
  | 'create'
  | 'get'
  | 'list'
  | 'list-gzip'
  | 'list-table'
  | 'list-label'
  | 'list-field'
  | 'list-pages'
  | 'get-protobuf'
  | 'list-protobuf'
  | 'patch'
  | 'update'
  | 'update-protobuf'
  | 'watch'
  | 'delete'

export interface Phase {
  name: PhaseName
  title: string
  /** Most CPU of ours for each request or event, as a share of the real one's. */
  target: number
  targetText: string
}

const reads = { target: 1 / 4, targetText: '<= 1/4' }
const writes = { target: 1 / 3, targetText: '<= 1/3' }

export const PHASES: readonly Phase[] = [
  { name: 'create', title: 'create a pod', ...writes },
  { name: 'get', title: 'get a pod', ...reads },
  { name: 'list', title: 'list all pods', ...reads },
  { name: 'list-gzip', title: 'list all, gzip', ...reads },
  { name: 'list-table', title: 'list all as Table', ...reads },
  { name: 'list-label', title: 'list by label', ...reads },
  { name: 'list-field', title: 'list by spec.nodeName', ...reads },
  { name: 'list-pages', title: 'list a page of 500', ...reads },
  { name: 'get-protobuf', title: 'get a pod, protobuf', ...reads },
  { name: 'list-protobuf', title: 'list all, protobuf', ...reads },
  { name: 'patch', title: 'patch a pod, strategic', ...writes },
  { name: 'update', title: 'update a pod', ...writes },
  { name: 'update-protobuf', title: 'update a pod, protobuf', ...writes },
  { name: 'watch', title: 'watched event, writes incl.', ...reads },
  { name: 'delete', title: 'delete a pod', ...writes },
]
export const START = { target: 1 / 5, targetText: '<= 1/5' }
export const MEMORY = { target: 1 / 2, targetText: '<= 1/2' }

/** What the load process is told: connect first, then one phase after another. */
export type Order =
  | { type: 'connect'; port: number; ca: string; cert: string; key: string; sizes: Sizes }
  | { type: 'prepare' | 'run'; phase: PhaseName }

export interface PhaseResult {
  /** Requests, or events delivered. */
  count: number
  seconds: number
  p50Ms: number
  p99Ms: number
  /** Of one answer; 0 where that says nothing. */
  bytes: number
  /** What the check of an answer found, such as 2000 items, gzip. */
  note: string
}

export type Report = { done: PhaseResult | null } | { failed: string }
