// The controllers in a thread of `dinghy up`: they reach the server through its port like any other client.
import { parentPort, workerData } from 'node:worker_threads'
import { parseKubeconfig } from '../client/kubeconfig.ts'
import type { ThreadInput } from './controller-thread.ts'
import { jsonLog } from './json-log.ts'
import { runControllers } from './manager.ts'
import { type ManagerOptions, parseManagerOptions } from './options.ts'

const { kubeconfig, serviceAccountKey, flags } = workerData as ThreadInput
const stop = new AbortController()
parentPort?.once('message', () => stop.abort(new Error('the server stops')))
process.on('unhandledRejection', (error) => jsonLog.error('unhandled rejection', error))

const access = await parseKubeconfig(kubeconfig, '/')
const options = parseManagerOptions(flags) as ManagerOptions
await runControllers({ access, options, rootCa: access.authority ?? '', serviceAccountKey, log: jsonLog }, stop.signal)
parentPort?.close()
