// Volumes put together from several sources. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'sources do not write the same file',
    {
      volumes: [
        {
          name: 'v0',
          projected: {
            sources: [
              { secret: { name: 'a', items: [{ key: 'a', path: 'b' }] } },
              { configMap: { name: 'c', items: [{ key: 'a', path: 'b' }] } },
            ],
          },
        },
      ],
    },
    ['spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths'],
  ],
  [
    'a source has one kind',
    { volumes: [{ name: 'v0', projected: { sources: [{ secret: { name: 'a' }, configMap: { name: 'b' } }] } }] },
    ['spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source'],
  ],
  [
    'tokens live ten minutes at least, and lie somewhere',
    { volumes: [{ name: 'v0', projected: { sources: [{ serviceAccountToken: { path: '', expirationSeconds: 1 } }] } }] },
    [
      'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
      'spec.volumes[0].projected.path: Required value',
    ],
  ],
  [
    'tokens lie inside',
    { volumes: [{ name: 'v0', projected: { sources: [{ serviceAccountToken: { path: '../a' } }] } }] },
    ['spec.volumes[0].projected.path: Invalid value: "../a": must not contain \'..\''],
  ],
  [
    'modes are permission bits',
    { volumes: [{ name: 'v0', projected: { defaultMode: 1000, sources: [] } }] },
    ['spec.volumes[0].projected.defaultMode: Invalid value: 1000: must be a number between 0 and 0777 (octal), both inclusive'],
  ],
])
