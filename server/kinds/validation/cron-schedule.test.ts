import { test } from 'tap'
import { scheduleFault, timeZoneFaults } from './cron-schedule.ts'

for (const [schedule, fault] of [
  ['* * * * *', undefined],
  ['*/5 1-3,7 ? jan-MAR sun', undefined],
  ['@hourly', undefined],
  ['@every 1h30m', undefined],
  ['TZ=UTC 0 0 * * *', undefined],
  ['', 'expected exactly 5 fields, found 0: []'],
  ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
  ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
  ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
  ['@foo', 'unrecognized descriptor: @foo'],
  ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
  ['TZ=Foo/Bar * * * * *', 'provided bad location Foo/Bar: unknown time zone Foo/Bar'],
  ['TZ=UTC', 'invalid schedule format: runtime error: slice bounds out of range [:-1]'],
] as const) {
  test(`${JSON.stringify(schedule)}: ${fault ?? 'is a schedule'}`, async (t) => t.equal(scheduleFault(schedule), fault))
}

for (const [zone, faults] of [
  ['UTC', []],
  ['Europe/Berlin', []],
  ['Etc/GMT+1', []],
  ['', ['timeZone must be nil or non-empty string']],
  ['../x', ['unknown time zone ../x']],
  ['europe/berlin', ['unknown time zone europe/berlin']],
  ['Foo/Bar', ['unknown time zone Foo/Bar']],
  ['+01:00', ['unknown time zone +01:00']],
  ['Local', ['timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones']],
] as const) {
  test(`${JSON.stringify(zone)} ${faults.length === 0 ? 'is a zone' : 'is no zone'}`, async (t) => t.same(timeZoneFaults(zone), faults))
}
