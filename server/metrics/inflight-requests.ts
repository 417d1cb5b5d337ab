// Requests being answered, by whether they change anything: the most at once within the last full second, as upstream shows it, so that a
// scrape sees what came and went between scrapes. Upstream: k8s.io/apiserver/pkg/server/filters/maxinflight.go.
import { machineNow } from '../../apimachinery/machine-clock.ts'
import { family } from './histogram.ts'

export type RequestKind = 'mutating' | 'readOnly'

interface Watermark {
  now: number
  /** The second that `highest` is about. */
  second: number
  highest: number
  highestBefore: number
}

const fresh = (): Watermark => ({ now: 0, second: 0, highest: 0, highestBefore: 0 })

const turnTo = (mark: Watermark, second: number): void => {
  if (mark.second === second) return
  mark.highestBefore = mark.second === second - 1 ? mark.highest : mark.now
  mark.second = second
  mark.highest = mark.now
}

export class InflightRequests {
  readonly #marks: Record<RequestKind, Watermark> = { mutating: fresh(), readOnly: fresh() }

  /** `atMs` is machine time. */
  started(kind: RequestKind, atMs: number): void {
    const mark = this.#marks[kind]
    turnTo(mark, Math.floor(atMs / 1000))
    mark.now++
    if (mark.now > mark.highest) mark.highest = mark.now
  }

  finished(kind: RequestKind, atMs: number): void {
    const mark = this.#marks[kind]
    turnTo(mark, Math.floor(atMs / 1000))
    mark.now--
  }

  render(): string {
    const lines = (['mutating', 'readOnly'] as const).map((kind) => {
      const mark = this.#marks[kind]
      turnTo(mark, Math.floor(machineNow() / 1000))
      return `apiserver_current_inflight_requests{request_kind="${kind}"} ${Math.max(mark.highest, mark.highestBefore)}`
    })
    return family('apiserver_current_inflight_requests', 'gauge', 'The most requests at once in the last second.', lines)
  }
}
