// /version: the release whose wire protocol this server speaks, and what it runs on.

const platforms: Record<string, string> = { x64: 'amd64', arm64: 'arm64', ia32: '386' }

/** Fields and order as upstream's version.Info. */
export const versionDocument = (gitVersion: string): Record<string, string> => {
  const [, major = '1', minor = '36'] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? []
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion,
    gitCommit: '$Format:%H$',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node${process.versions.node}`,
    compiler: 'dinghy',
    platform: `${process.platform}/${platforms[process.arch] ?? process.arch}`,
  }
}
