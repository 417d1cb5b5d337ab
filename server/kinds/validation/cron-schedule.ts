// Schedules and time zones of cron jobs, with the parser's words. Upstream: github.com/robfig/cron ParseStandard, validateTimeZone.
import { parseGoInteger } from '../../../apimachinery/go-integer.ts'
import { goQuote } from '../../../apimachinery/go-text.ts'

interface Field {
  least: number
  most: number
  names?: readonly string[]
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const FIELDS: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months },
  { least: 0, most: 6, names: days },
]
const DESCRIPTORS = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'])

class ScheduleError extends Error {}

const fail = (text: string): never => {
  throw new ScheduleError(text)
}

const integer = (text: string): number => {
  const value = parseGoInteger(text)
  if (typeof value === 'string') return fail(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: ${value}`)
  if (value < 0n) fail(`negative number (${value}) not allowed: ${text}`)
  return Number(value)
}

const numberOrName = (text: string, { names, least }: Field): number => {
  const index = names?.indexOf(text.toLowerCase()) ?? -1
  return index >= 0 ? index + least : integer(text)
}

const ends = (text: string, expression: string, field: Field): readonly [number, number] => {
  const [low = '', high, ...more] = text.split('-')
  if (low === '*' || low === '?') return [field.least, field.most]
  const start = numberOrName(low, field)
  if (more.length > 0) fail(`too many hyphens: ${expression}`)
  return [start, high === undefined ? start : numberOrName(high, field)]
}

const checkRange = (expression: string, field: Field): void => {
  const [range = '', step, ...more] = expression.split('/')
  const [start, last] = ends(range, expression, field)
  if (more.length > 0) fail(`too many slashes: ${expression}`)
  const size = step === undefined ? 1 : integer(step)
  const end = step !== undefined && !range.includes('-') ? field.most : last
  if (start < field.least) fail(`beginning of range (${start}) below minimum (${field.least}): ${expression}`)
  if (end > field.most) fail(`end of range (${end}) above maximum (${field.most}): ${expression}`)
  if (start > end) fail(`beginning of range (${start}) beyond end of range (${end}): ${expression}`)
  if (size === 0) fail(`step of range should be a positive number: ${expression}`)
}

const isDuration = (text: string): boolean => text === '0' || /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)

const checkDescriptor = (text: string): void => {
  if (DESCRIPTORS.has(text)) return
  const every = '@every '
  if (!text.startsWith(every)) fail(`unrecognized descriptor: ${text}`)
  const duration = text.slice(every.length)
  if (!isDuration(duration)) fail(`failed to parse duration ${text}: time: invalid duration ${goQuote(duration)}`)
}

/** The text behind a zone in front; a zone without a schedule behind it makes upstream's parser stumble. */
const withoutZone = (schedule: string): string => {
  if (!/^(?:CRON_)?TZ=/.test(schedule)) return schedule
  const space = schedule.indexOf(' ')
  if (space < 0) fail('invalid schedule format: runtime error: slice bounds out of range [:-1]')
  const zone = schedule.slice(schedule.indexOf('=') + 1, space)
  if (!isKnownZone(zone)) fail(`provided bad location ${zone}: unknown time zone ${zone}`)
  return schedule.slice(space).trim()
}

const parse = (schedule: string): void => {
  const text = withoutZone(schedule)
  if (text.startsWith('@')) {
    checkDescriptor(text)
    return
  }
  const fields = text.split(/\s+/).filter((field) => field !== '')
  if (fields.length !== FIELDS.length) fail(`expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`)
  fields.forEach((field, index) => {
    for (const expression of field.split(',')) if (expression !== '') checkRange(expression, FIELDS[index] as Field)
  })
}

/** What is wrong with a schedule; undefined where nothing is. */
export const scheduleFault = (schedule: string): string | undefined => {
  try {
    parse(schedule)
    return undefined
  } catch (error) {
    if (error instanceof ScheduleError) return error.message
    throw error
  }
}

const component = /^[A-Za-z.\-_0-9+]{1,14}$/

const isKnownZone = (zone: string): boolean => {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return true
  // JavaScript takes offsets for zones and names in any case; Go looks for a file, and all of their names start with a capital.
  if (zone.split('/').some((part) => !/^[A-Z]/.test(part))) return false
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions()
    return timeZone === zone || timeZone.toLowerCase() !== zone.toLowerCase()
  } catch {
    return false
  }
}

/** What is wrong with a time zone's name. */
export const timeZoneFaults = (zone: string): string[] => {
  if (zone === '') return ['timeZone must be nil or non-empty string']
  const wellFormed = zone.split('/').every((part) => part !== '.' && part !== '..' && !part.startsWith('-') && component.test(part))
  if (!wellFormed) return [`unknown time zone ${zone}`]
  const faults: string[] = []
  if (zone.toLowerCase() === 'local') faults.push('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
  if (!isKnownZone(zone)) faults.push(`unknown time zone ${zone}`)
  return faults
}
