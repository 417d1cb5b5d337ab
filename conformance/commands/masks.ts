// What may differ between two runs of the same line, each with its reason. A mask replaces; where the replaced text has no fixed width,
// the padding of the table around it says nothing either and runs of blanks are squeezed.

interface Mask {
  readonly pattern: RegExp
  readonly shown: string
  readonly reason: string
  /** Its width varies, and with it that of table columns. */
  readonly width?: true
}

const masks: readonly Mask[] = [
  { pattern: /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g, shown: '<token>', reason: 'tokens hold times, identities and a signature' },
  {
    pattern: /(?:LS0tLS1CRUdJTi|MII)[\w+/=]{60,}/g,
    shown: '<certificate>',
    reason: 'certificates are signed by random numbers and hold times',
  },
  { pattern: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, shown: '<uid>', reason: 'identities are random' },
  {
    pattern: /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d{4}(?: UTC)?)?/g,
    shown: '<time>',
    reason: 'the two servers do a thing at two times',
  },
  {
    pattern: /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+\d{4}/g,
    shown: '<time>',
    reason: 'describe writes times in the form of RFC 1123',
  },
  { pattern: /[EIW]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /g, shown: '<log> ', reason: "klog's head of a line is a time and a process" },
  {
    pattern: /(resourceVersion"?: ?"?|Resource ?Version: +|resourceVersion=|resource version to be 1, was )\d+/g,
    shown: '$1<revision>',
    reason: 'components write when they like, and revisions count all writes',
  },
  {
    pattern: /\b10\.9[69]\.\d+\.\d+\b/g,
    shown: '<service-ip>',
    reason: 'service addresses are drawn at random, from any of the blocks',
    width: true,
  },
  { pattern: /\b10\.0\.0\.\d+\b/g, shown: '<pod-ip>', reason: 'kwok numbers pods in the order it sees them', width: true },
  { pattern: /\b3[0-2]\d{3}\b/g, shown: '<node-port>', reason: 'node ports are drawn at random' },
  {
    pattern: /((?:^|[\s/"':=(])[a-z][a-z0-9.-]*-)[bcdfghjklmnpqrstvwxz2456789]{5}(?=$|[\s"',:;).\]])/gm,
    shown: '$1<random>',
    reason: 'names of generateName end in random letters',
  },
  { pattern: /(kubectl-edit-)\d+/g, shown: '$1<number>', reason: "a temporary file's name is random" },
  {
    pattern: /("(?:goVersion|compiler|platform)": )"[^"]*"/g,
    shown: '$1<build>',
    reason: 'what a server was built with is its own; kubectl shows it in raw answers only',
  },
  { pattern: /\.[0-9a-f]{16}\b/g, shown: '.<moment>', reason: "an event's name ends in its time" },
  {
    pattern: /\(x\d+ over <age>\)|\(x\d+ over \S+\)/g,
    shown: '<repeated>',
    reason: 'how often a component tried is a matter of speed',
    width: true,
  },
  {
    pattern: /(?<=^|[\s(])(?:\d{1,3}s|\d+m\d{1,2}s|[2-9]m|\d{2,}d)(?= ago|[),\s]|$)/gm,
    shown: '<age>',
    reason: 'the two servers made a thing at two times',
    width: true,
  },
]

/** A text with all that may differ masked. `port` is the server's own, `folder` the session's. */
export const masked = (text: string, port: number, folder: string, unordered: boolean): string => {
  let result = text.replaceAll(folder, '<folder>').replaceAll(`127.0.0.1:${port}`, '127.0.0.1:<port>')
  let squeeze = false
  for (const { pattern, shown, width } of masks) {
    const next = result.replace(pattern, shown)
    if (width && next !== result) squeeze = true
    result = next
  }
  if (squeeze) result = result.replaceAll(/(?<=\S) {2,}| +$/gm, (blanks, at: number) => (at + blanks.length === result.length ? '' : '  '))
  return unordered ? result.split('\n').sort().join('\n') : result
}
