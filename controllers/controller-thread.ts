// Starts and stops the thread in which `dinghy up` runs the controllers. It is given a kubeconfig and nothing else of the server.
import { Worker } from 'node:worker_threads'
import { after } from '../apimachinery/machine-clock.ts'

export interface ThreadInput {
  /** The text of a kubeconfig. */
  readonly kubeconfig: string
  /** PEM: signs the tokens of secrets. */
  readonly serviceAccountKey: string
  /** As kube-controller-manager's. */
  readonly flags: readonly string[]
}

const MEMORY_MB = 512
const YOUNG_MB = 8
/** Work in hand may take this long to finish. */
const STOP_MS = 2000

export interface ControllerThread {
  /** Resolves once the thread has ended. */
  stop(): Promise<void>
}

/** `failed` is told when the thread ends by itself. */
export const startControllerThread = (input: ThreadInput, failed: (error: Error) => void): ControllerThread => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./controller-worker.${extension}`, import.meta.url), {
    workerData: input,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.on('error', failed)
  const stop = async (): Promise<void> => {
    worker.postMessage('stop')
    const limit = after(STOP_MS, () => void worker.terminate())
    await ended
    limit.cancel()
  }
  return { stop }
}
