// Entry of all launchers in bin/: the first argument says which command is meant. Each loads what it runs, no more.

const commands: Record<string, (args: readonly string[]) => Promise<number>> = {
  'kube-apiserver': async (args) => (await import('../server/main.ts')).runApiServer(args),
  'kube-controller-manager': async (args) => (await import('../controllers/main.ts')).runControllerManager(args),
}
const dinghy = async (args: readonly string[]): Promise<number> => (await import('./dinghy.ts')).runDinghy(args)

const [command = '', ...args] = process.argv.slice(2)
process.exitCode = await (commands[command] ?? dinghy)(args)
